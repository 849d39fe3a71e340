//! A program in a process of its own, with its output kept line by line. It starts in a folder that
//! is its own unless one is given, with a clean environment, so that nothing of the developer's
//! machine leaks into a test; it never outlives the test.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::lines::Lines;
use crate::watchdog::{Watchdog, signal_group, signal_process};

/// How often a wait looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What a program may keep of our environment: where programs are, where coverage goes, and how a
/// panic is told.
const KEPT: [&str; 3] = ["PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"];

/// What is about to be started.
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    directory: Option<PathBuf>,
    input: Option<String>,
    last_signal: &'static str,
}

impl Launch {
    /// The service's own binary, built first if need be.
    pub fn concertation<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Launch {
        Launch::program(crate::binary::binary(), arguments)
    }

    /// Any program.
    pub fn program<A: AsRef<OsStr>>(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Launch {
        Launch {
            program: program.into(),
            arguments: arguments
                .into_iter()
                .map(|argument| argument.as_ref().into())
                .collect(),
            environment: Vec::new(),
            directory: None,
            input: None,
            last_signal: "TERM",
        }
    }

    /// Sets a variable of the program's environment, which is empty but for a few of ours.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Launch {
        self.environment
            .push((name.as_ref().into(), value.as_ref().into()));
        self
    }

    /// Starts in this folder, which is then left as it is: for a second start on the same data.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Launch {
        self.directory = Some(directory.into());
        self
    }

    /// Gives this text on the standard input, then closes it. Without it the input is empty.
    #[must_use]
    pub fn input(mut self, text: impl Into<String>) -> Launch {
        self.input = Some(text.into());
        self
    }

    /// The signal that ends the process when the test process is gone.
    #[must_use]
    pub(crate) fn last_signal(mut self, signal: &'static str) -> Launch {
        self.last_signal = signal;
        self
    }

    /// Starts it; panics when the program can't be run at all.
    pub fn start(self) -> Process {
        let (directory, own) = match self.directory {
            Some(directory) => (directory, false),
            None => (new_directory("concertation-process-"), true),
        };
        let mut watchdog = Watchdog::over(own.then_some(directory.as_path()), self.last_signal);
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(
                KEPT.iter()
                    .filter_map(|name| Some((name, std::env::var_os(name)?))),
            )
            .env("HOME", &directory)
            .env("TMPDIR", &directory)
            .envs(self.environment)
            .current_dir(&directory)
            .stdin(if self.input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.program.display()));
        watchdog.watch(child.id());

        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), self.input) {
            // A program that ends without reading its input is its own affair.
            std::thread::spawn(move || pipe.write_all(text.as_bytes()));
        }
        let stdout = Lines::of(child.stdout.take());
        let stderr = Lines::of(child.stderr.take());
        Process {
            child,
            stdout,
            stderr,
            directory,
            status: None,
            watchdog,
        }
    }

    /// Runs it to its end and returns what it said; panics when that takes longer than `limit`.
    pub async fn run(self, limit: Duration) -> Finished {
        let mut process = self.start();
        let status = process.exit(limit).await;
        process.stdout.complete();
        process.stderr.complete();
        Finished {
            status,
            stdout: process.stdout(),
            stderr: process.stderr(),
        }
    }
}

/// A program that has ended.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output, line by line.
    pub stdout: Vec<String>,
    /// Its error output, line by line.
    pub stderr: Vec<String>,
}

/// A running program; dropping it kills it with all its children and removes its own folder.
pub struct Process {
    child: Child,
    stdout: Lines,
    stderr: Lines,
    directory: PathBuf,
    status: Option<ExitStatus>,
    watchdog: Watchdog,
}

impl Process {
    /// The number the system gave it.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The folder it runs in.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What it wrote on its standard output so far.
    pub fn stdout(&self) -> Vec<String> {
        self.stdout.lock().clone()
    }

    /// What it wrote on its error output so far.
    pub fn stderr(&self) -> Vec<String> {
        self.stderr.lock().clone()
    }

    /// The first line, of either output, for which the predicate holds. Panics, with all that was
    /// said, when none comes within `limit` or before the program ends.
    pub async fn line(&mut self, limit: Duration, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + limit;
        loop {
            match self.look(&wanted, deadline) {
                Look::Found(line) => return line,
                Look::Lost(why) => panic!("{why}"),
                Look::Again => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// The same for code that runs outside of an executor; the error says why no line will come.
    pub(crate) fn line_blocking(
        &mut self,
        limit: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<String, String> {
        let deadline = Instant::now() + limit;
        loop {
            match self.look(&wanted, deadline) {
                Look::Found(line) => return Ok(line),
                Look::Lost(why) => return Err(why),
                Look::Again => std::thread::sleep(LOOK_AGAIN),
            }
        }
    }

    fn look(&mut self, wanted: &impl Fn(&str) -> bool, deadline: Instant) -> Look {
        // The end is asked first: what was written before it must still be found.
        let ended = self.try_exit();
        if ended.is_some() {
            self.stdout.complete();
            self.stderr.complete();
        }
        let found = [&self.stdout, &self.stderr]
            .iter()
            .find_map(|lines| lines.lock().iter().find(|line| wanted(line)).cloned());
        match (found, ended) {
            (Some(line), _) => Look::Found(line),
            (None, Some(status)) => Look::Lost(self.complaint(&format!("it ended, {status}"))),
            (None, None) if Instant::now() > deadline => {
                Look::Lost(self.complaint("the awaited line did not come in time"))
            }
            (None, None) => Look::Again,
        }
    }

    /// Asks it to stop, as an operator or a service manager would. The signal goes to the program
    /// alone, not to its children.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Takes it away without notice, as a crash or a power cut would.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    /// Sends any signal, by its name without `SIG`.
    pub fn signal(&self, name: &str) {
        if self.status.is_none() {
            signal_process(self.child.id(), name);
        }
    }

    /// Waits for its end; panics, with all that was said, when that takes longer than `limit`.
    pub async fn exit(&mut self, limit: Duration) -> ExitStatus {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.try_exit() {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "{}",
                self.complaint("it did not end in time")
            );
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// How it ended, or `None` while it runs.
    pub fn try_exit(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            self.status = self
                .child
                .try_wait()
                .expect("a child of ours can be waited for");
            if self.status.is_some() {
                // Children that it left behind share its group: they go now, while its number is
                // still known to be theirs.
                signal_group(self.child.id(), "KILL");
                self.watchdog.release();
            }
        }
        self.status
    }

    fn complaint(&self, what: &str) -> String {
        format!(
            "process {}: {what}\n--- output\n{}\n--- error output\n{}",
            self.child.id(),
            self.stdout().join("\n"),
            self.stderr().join("\n")
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.try_exit().is_none() {
            signal_group(self.child.id(), "KILL");
            let _ = self.child.wait();
            self.watchdog.release();
        }
        // The watchdog, dropped after this, removes the folder.
    }
}

enum Look {
    Found(String),
    Lost(String),
    Again,
}

/// A folder that nobody has used before; who asks for it removes it.
pub(crate) fn new_directory(prefix: &str) -> PathBuf {
    tempfile::Builder::new()
        .prefix(prefix)
        .tempdir()
        .expect("the temporary folder can be written")
        .keep()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;

    const LIMIT: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Launch {
        Launch::program("/bin/sh", ["-c", script])
    }

    #[tokio::test]
    async fn a_program_is_heard_asked_to_stop_and_forgotten() {
        let script = "trap 'echo bye; exit 3' TERM; echo hello $NAME; while :; do sleep 0.05; done";
        let mut process = shell(script).env("NAME", "Ada").start();
        assert_eq!(
            process.line(LIMIT, |line| line.starts_with("hello")).await,
            "hello Ada"
        );
        process.terminate();
        assert_eq!(process.exit(LIMIT).await.code(), Some(3));
        assert_eq!(process.line(LIMIT, |line| line == "bye").await, "bye");

        let directory = process.directory().to_owned();
        assert!(directory.exists());
        drop(process);
        assert!(!directory.exists());
    }

    #[tokio::test]
    async fn a_crash_keeps_a_folder_that_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let mut process = shell("echo kept > file; echo written; exec sleep 1000")
            .directory(folder.path())
            .start();
        process.line(LIMIT, |line| line == "written").await;
        process.kill();
        assert_eq!(process.exit(LIMIT).await.signal(), Some(9));
        drop(process);
        assert!(folder.path().join("file").exists());
    }

    #[tokio::test]
    async fn input_is_read_to_its_end_and_all_output_is_kept() {
        let finished = shell("cat; echo oops >&2; exit 2")
            .input("Évry\nlast")
            .run(LIMIT)
            .await;
        assert_eq!(finished.status.code(), Some(2));
        assert_eq!(
            (finished.stdout, finished.stderr),
            (vec!["Évry".into(), "last".into()], vec!["oops".into()])
        );
    }

    #[tokio::test]
    async fn children_go_with_their_parent() {
        let mut process = shell("sleep 1000 & echo child $!; wait").start();
        let said = process.line(LIMIT, |line| line.starts_with("child ")).await;
        let child: u32 = said["child ".len()..].parse().unwrap();
        assert!(signal_process(child, "0"));
        drop(process);
        // The system takes a moment, and what nobody waits for yet stays in its list, ended.
        let runs = || {
            std::fs::read_to_string(format!("/proc/{child}/stat"))
                .is_ok_and(|stat| !stat.contains(") Z "))
        };
        let deadline = Instant::now() + LIMIT;
        while runs() {
            assert!(Instant::now() < deadline, "the child outlived its parent");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}
