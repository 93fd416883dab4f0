//! A local Hub for tests: the program that HFHUB_LOCALHUB names, with two small repositories.

#![allow(dead_code)] // each test file uses its part

use hfhub::{Json, Session, SessionOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// May write to the namespace "acme".
pub const TOKEN: &str = "hf_AcmeMayWrite000000000000000000001";

pub struct Hub {
    process: Child,
    pub folder: PathBuf,
    pub endpoint: String,
    pub cas: String,
}

impl Hub {
    pub fn start() -> Hub {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let program = std::env::var_os("HFHUB_LOCALHUB").expect("HFHUB_LOCALHUB names the local Hub's program");
        let name = format!("hfhub-rust-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut process = Command::new(program)
            .args(["--threads", "4", "--data"])
            .arg(folder.join("hub"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the local Hub starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = Json::parse(&line).unwrap();
        let text = |name| ready.get(name).as_str().unwrap().to_owned();
        let hub = Hub { process, folder, endpoint: text("endpoint"), cas: text("cas") };
        hub.fill();
        hub
    }

    fn fill(&self) {
        self.admin("POST", "settings", r#"{"cas_open": true}"#);
        let token = format!(r#"{{"token": "{}", "user": "ann", "role": "write", "orgs": ["acme"]}}"#, TOKEN);
        self.admin("POST", "tokens", &token);
        let files = r#"{"summary": "a commit", "files": [
            {"path": "a.txt", "text": "hello\n"}, {"path": "b/😀.txt", "text": "grüße\n"},
            {"path": "big.bin", "generate": {"kind": "random", "seed": 1, "size": 3000000}, "xet": true}]}"#;
        self.admin("POST", "repos/model/acme/files/commit", files);
        let one = r#"{"summary": "a commit", "files": [{"path": "a.txt", "text": "hello\n"}]}"#;
        self.admin("POST", "repos/model/acme/hangs/commit", one);
        for path in ["/acme/hangs/*", "/api/models/acme/hangs*"] {
            let fault = format!(r#"{{"match": {{"path": "{}"}}, "times": 0, "action": {{"delay_ms": 600000}}}}"#, path);
            self.admin("POST", "faults", &fault);
        }
    }

    /// One request to the admin API.
    pub fn admin(&self, method: &str, path: &str, body: &str) -> Json {
        let address = self.endpoint.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{} /_admin/{} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
            method,
            path,
            address,
            body.len(),
            body
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{} {}: {}", method, path, answer);
        Json::parse(body).unwrap()
    }

    pub fn options(&self) -> SessionOptions {
        // nothing of the caller's own set-up
        SessionOptions::new()
            .endpoint(&self.endpoint)
            .cache_dir(self.folder.join("cache"))
            .set("home", self.folder.join("home").to_str().unwrap())
            .token("")
            .set("net.etag_timeout", "60s")
    }

    pub fn session(&self) -> Session {
        Session::new(&self.options()).unwrap()
    }

    pub fn writer(&self) -> Session {
        Session::new(&self.options().token(TOKEN)).unwrap()
    }

    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or_else(|| Path::new("/"))).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The smallest runtime that there is; also counts how often the task was woken.
pub mod runtime {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};
    use std::thread::{self, Thread};

    pub struct Unpark {
        thread: Thread,
        pub wakes: AtomicUsize,
    }

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.wakes.fetch_add(1, Ordering::SeqCst);
            self.thread.unpark();
        }
    }

    pub fn waker() -> (Arc<Unpark>, Waker) {
        let unpark = Arc::new(Unpark { thread: thread::current(), wakes: AtomicUsize::new(0) });
        (unpark.clone(), Waker::from(unpark))
    }

    pub fn block_on<F: Future>(future: F) -> F::Output {
        let mut future = Box::pin(future);
        let (_, waker) = waker();
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::as_mut(&mut future).poll(&mut context) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }
}
