//! Ends a started process and removes its folder when the test process is gone, however it went:
//! a small shell holds the reading end of a pipe from us and acts at its end of file, which the
//! system sends even after an abort or a `kill -9`.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// `$1`: the folder to remove (empty: none), `$2`: the signal that asks politely. Lines on the
/// input: `watch PID` and `release`. The minus sign before the pid means its whole process group.
const SCRIPT: &str = r#"
pid=
while read -r word argument; do
    case $word in
        watch) pid=$argument ;;
        release) pid= ;;
    esac
done
if [ -n "$pid" ]; then
    kill -s "$2" -- "-$pid" 2>/dev/null
    tries=0
    while kill -s 0 -- "-$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -s KILL -- "-$pid" 2>/dev/null
fi
[ -z "$1" ] || rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
"#;

/// The shell that watches; dropping it makes it act, and waits until it has.
pub(crate) struct Watchdog {
    shell: Child,
    orders: Option<ChildStdin>,
}

impl Watchdog {
    /// Starts the watch over a folder; the process is named later, by [`Watchdog::watch`].
    pub(crate) fn over(folder: Option<&Path>, signal: &str) -> Watchdog {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT, "watchdog"])
            .arg(folder.unwrap_or_else(|| Path::new("")))
            .arg(signal)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own: what ends the tests from the keyboard must not end the watch.
            .process_group(0)
            .spawn()
            .expect("every Unix has sh");
        let orders = shell.stdin.take();
        Watchdog { shell, orders }
    }

    /// Names the process, leader of its own group, that must not outlive us.
    pub(crate) fn watch(&mut self, pid: u32) {
        self.order(&format!("watch {pid}"));
    }

    /// The process has ended by itself: its number may belong to another one from now on.
    pub(crate) fn release(&mut self) {
        self.order("release");
    }

    fn order(&mut self, line: &str) {
        if let Some(orders) = &mut self.orders {
            writeln!(orders, "{line}").expect("the watchdog reads until we close its input");
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.orders = None;
        // Nothing can be done in a drop about a shell that could not be waited for.
        let _ = self.shell.wait();
    }
}

/// Sends a signal to the group that this process leads; `false` when nobody is left in it.
pub(crate) fn signal_group(pid: u32, signal: &str) -> bool {
    signal_to(&format!("-{pid}"), signal)
}

/// Sends a signal to this process alone; `false` when it is gone.
pub(crate) fn signal_process(pid: u32, signal: &str) -> bool {
    signal_to(&pid.to_string(), signal)
}

/// Through the shell's own `kill`, for a small image may have no such program.
fn signal_to(target: &str, signal: &str) -> bool {
    Command::new("sh")
        .args(["-c", r#"kill -s "$1" -- "$2""#, "kill", signal, target])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
