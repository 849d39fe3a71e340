//! scratch
use harness::{browser, engines, postgres, process::Launch};
use std::time::Duration;

#[test]
fn databases() {
    let start = std::time::Instant::now();
    let c = postgres::cluster().unwrap();
    eprintln!("cluster {:?} {:?}", start.elapsed(), engines::engines());
    let t = c.create_database("Template-é");
    let psql = |url: &str, sql: &str| {
        let o = std::process::Command::new("/usr/lib/postgresql/15/bin/psql").args([url, "-Atc", sql]).output().unwrap();
        assert!(o.status.success(), "{:?}", o);
        String::from_utf8(o.stdout).unwrap()
    };
    psql(&t, "create table x(a int); insert into x values (42)");
    eprintln!("{}", psql(&t, "select version(), current_setting('server_encoding'), current_setting('lc_collate'), current_setting('fsync'), current_setting('max_connections')"));
    std::thread::scope(|s| for i in 0..10 { let t = &t; s.spawn(move || {
        let start = std::time::Instant::now();
        let u = c.create_database_from(t, &format!("copy{i}"));
        eprintln!("{u} {:?}", start.elapsed());
        assert_eq!(psql(&u, "select a from x").trim(), "42");
        c.drop_database(&u);
    }); });
    if std::env::var_os("HANG").is_some() { eprintln!("hanging {}", std::process::id()); std::thread::sleep(Duration::from_secs(100)); }
    if std::env::var_os("ABORT").is_some() { std::process::abort(); }
}

#[tokio::test]
async fn drives() {
    let start = std::time::Instant::now();
    let b = browser::browser().await.unwrap();
    eprintln!("browser {:?}", start.elapsed());
    b.driver.goto("data:text/html,<title>t</title><h1>Concertation à Lyon</h1><img src='http://example.com/x.png'><img src='http://127.0.0.1:9/y.png'><script>fail()</script>").await.unwrap();
    assert_eq!(b.driver.title().await.unwrap(), "t");
    eprintln!("{:?}", b.screenshot("scratch").await);
    eprintln!("{:?}", b.foreign_requests().await);
    eprintln!("{:?}", b.foreign_requests().await);
    eprintln!("{:?}", b.console_errors().await);
    if std::env::var_os("HANG").is_some() { eprintln!("hanging {}", std::process::id()); tokio::time::sleep(Duration::from_secs(100)).await; }
    if std::env::var_os("PANIC").is_some() { panic!("on purpose"); }
    b.close().await;
    eprintln!("closed {:?}", start.elapsed());
}

#[tokio::test]
async fn processes() {
    let mut p = Launch::program("/bin/sh", ["-c", "trap 'echo bye; exit 3' TERM; echo hello $A; echo err >&2; while :; do sleep 0.1; done"]).env("A", "b").start();
    assert_eq!(p.line(Duration::from_secs(5), |l| l.starts_with("hello")).await, "hello b");
    p.terminate();
    assert_eq!(p.exit(Duration::from_secs(5)).await.code(), Some(3));
    p.line(Duration::from_secs(1), |l| l == "bye").await;
    let d = p.directory().to_owned();
    assert!(d.exists());
    drop(p);
    assert!(!d.exists());
    let mut p = Launch::program("/bin/sleep", ["1000"]).start();
    p.kill();
    use std::os::unix::process::ExitStatusExt;
    assert_eq!(p.exit(Duration::from_secs(5)).await.signal(), Some(9));
    let mut p = Launch::program("/bin/sh", ["-c", "sleep 1001 & sleep 1002"]).start();
    assert!(p.try_exit().is_none());
    drop(p);
    let f = Launch::program("/bin/cat", ["-"]).input("éa\nb").run(Duration::from_secs(5)).await;
    assert_eq!(f.stdout, ["éa", "b"]);
    let start = std::time::Instant::now();
    eprintln!("{:?} {:?}", harness::binary::binary(), start.elapsed());
    eprintln!("{:?}", Launch::concertation(["--help"]).run(Duration::from_secs(5)).await);
}
