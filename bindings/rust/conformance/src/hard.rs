//! Verbs that are hard on a binding: queues, threads, children, many handles; and the modes without a table.

use crate::step::Step;
use crate::{die, Driver, Thing};
use hfhub::{DownloadOptions, FileDownload, Json, Op, Queue, Session, XetOptions};
use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

// ---- futures ---------------------------------------------------------------------------------------------------------
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest runtime that there is.
pub fn block_on<F: Future + Unpin>(mut future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match Pin::new(&mut future).poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

// ---- verbs -----------------------------------------------------------------------------------------------------------
/// How often the ready callback ran, and how often what it held was released.
#[derive(Default)]
struct Counts {
    ran_and_released: Mutex<(usize, usize)>,
    changed: Condvar,
}

struct Released(Arc<Counts>);

impl Drop for Released {
    fn drop(&mut self) {
        self.0.ran_and_released.lock().unwrap().1 += 1;
        self.0.changed.notify_one();
    }
}

impl Driver {
    pub fn hard_verb(&self, step: &Step<'_>, verb: &str) -> Option<String> {
        Some(match verb {
            "queue" => self.queue(step),
            "ready" => self.ready(step),
            "progress" => self.progress(step),
            "log_lines" => self.log_lines(step),
            "threads" => self.threads(step),
            "gc_stress" => {
                let inner = step.inner();
                let lines: Vec<String> = (0..step.size("times").unwrap_or(1)).map(|_| self.perform(&inner)).collect();
                same(&lines, |line| format!("ok {}", line))
            }
            "spawn" => self.spawn(step),
            "drop" => {
                (0..step.size("count").unwrap_or(0)).for_each(|_| self.make_and_drop(step));
                "ok".to_owned()
            }
            _ => return None,
        })
    }

    fn started(&self, step: &Step<'_>) -> Op<Json> {
        match self.start(step, &step.need("do")) {
            Some(Ok(op)) => op,
            Some(Err(error)) => die(error),
            None => die(format_args!("{}: no operation", step)),
        }
    }

    fn queue(&self, step: &Step<'_>) -> String {
        let queue = Queue::new().unwrap_or_else(|error| die(error));
        let mut ops = Vec::new();
        for (json, tag) in step.json.get("operations").iter().zip(7..) {
            let op = self.started(&Step { driver: self, json });
            queue.add(&op, tag).unwrap_or_else(|error| die(error));
            ops.push(op);
        }
        let mut tags: Vec<u64> = queue.iter().map(|tag| tag.unwrap_or_else(|error| die(error))).collect();
        tags.sort_unstable();
        tags.iter().fold("ok".to_owned(), |line, tag| format!("{} {}", line, tag))
    }

    fn ready(&self, step: &Step<'_>) -> String {
        let counts = Arc::new(Counts::default());
        let op = self.started(&step.inner());
        let held = Released(counts.clone());
        let callback = move || held.0.ran_and_released.lock().unwrap().0 += 1;
        op.on_ready(callback).unwrap_or_else(|error| die(error));
        let mut now = counts.ran_and_released.lock().unwrap();
        while now.1 == 0 {
            now = counts.changed.wait(now).unwrap();
        }
        format!("ok {} {}", now.0, now.1)
    }

    fn progress(&self, step: &Step<'_>) -> String {
        let op = self.started(&step.inner());
        let (here, mut last, mut elsewhere) = (thread::current().id(), None, false);
        let done = op.wait_progress(Duration::from_millis(10), |progress| {
            last = Some(*progress);
            elsewhere |= thread::current().id() != here;
        });
        match (done, last) {
            (Err(error), _) => self.error(step, &error),
            (Ok(_), Some(last)) if !elsewhere => format!("ok last={}/{}", last.bytes_done, last.bytes_total),
            _ => "on another thread, or never".to_owned(),
        }
    }

    fn log_lines(&self, step: &Step<'_>) -> String {
        let lines = Arc::new(AtomicUsize::new(0));
        let theirs = lines.clone();
        let options = self.session_options(&step.json.get("options"), &self.substituted("${WORK}/log-cache")).log_hook(
            move |_, message| {
                theirs.fetch_add(usize::from(!message.is_empty()), Ordering::Relaxed);
            },
        );
        let session = Session::new(&options).unwrap_or_else(|error| die(error));
        self.keep("log".to_owned(), Thing::Session(Arc::new(session)));
        self.perform(&step.inner());
        if lines.load(Ordering::Relaxed) > 0 { "ok some" } else { "ok none" }.to_owned()
    }

    fn threads(&self, step: &Step<'_>) -> String {
        let count = step.size("count").unwrap_or(0) as usize;
        let inner = step.inner();
        let lines: Vec<String> = thread::scope(|scope| {
            let mut threads = Vec::new();
            threads.resize_with(count, || scope.spawn(|| self.perform(&inner)));
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        same(&lines, |line| format!("ok {} {}", count, line))
    }

    fn spawn(&self, step: &Step<'_>) -> String {
        let (inner, argv) = (step.inner(), step.texts("argv"));
        thread::scope(|scope| {
            let line = scope.spawn(|| self.perform(&inner));
            let child = Command::new(&argv[0]).args(&argv[1..]).status().unwrap_or_else(|error| die(error));
            format!("ok exit={} {}", child.code().unwrap_or(-1), line.join().unwrap())
        })
    }

    fn make_and_drop(&self, step: &Step<'_>) {
        let made = match step.need("kind").as_str() {
            "options" => match DownloadOptions::new().error() {
                None => Ok(()),
                Some(error) => Err(error.clone()),
            },
            "json" => Json::parse("[1]").map(drop),
            "session" => Session::new(None).map(drop),
            "operation" => self.session(step).file_metadata("a/b", "c", None).map(drop),
            kind => die(format_args!("{}: no kind '{}'", step, kind)),
        };
        made.unwrap_or_else(|error| die(error));
    }
}

fn same(lines: &[String], good: impl Fn(&str) -> String) -> String {
    match lines.iter().all(|line| *line == lines[0]) {
        true => good(&lines[0]),
        false => format!("differ {:?}", lines),
    }
}

// ---- modes without a table -------------------------------------------------------------------------------------------
fn hanging(session: &Session) -> Op<FileDownload> {
    session.download_file("conformance/hangs", "file.bin", None).unwrap_or_else(|error| die(error))
}

fn plain_session() -> Session {
    Session::new(None).unwrap_or_else(|error| die(error))
}

pub fn exit_running() {
    let session = plain_session();
    let ops: Vec<_> = (0..10).map(|_| hanging(&session)).collect();
    std::mem::forget(ops); // they run while the process ends
}

mod c {
    extern "C" {
        pub fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
        pub fn write(fd: i32, data: *const u8, size: usize) -> isize;
        pub fn _exit(code: i32) -> !;
        pub fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
    }
    pub const SIGINT: i32 = 2;
    pub const PROCESS_CPU: i32 = 2;
}

extern "C" fn on_interrupt(_: i32) {
    let text = b"interrupted\n";
    unsafe {
        c::write(1, text.as_ptr(), text.len());
        c::_exit(3)
    }
}

pub fn on_signal() {
    unsafe { c::signal(c::SIGINT, on_interrupt) };
    let session = plain_session();
    let op = hanging(&session);
    println!("ready");
    let _ = std::io::stdout().flush();
    if let Err(error) = op.wait() {
        die(error);
    }
}

fn cpu_seconds() -> f64 {
    let mut time = [0; 2];
    unsafe { c::clock_gettime(c::PROCESS_CPU, &mut time) };
    time[0] as f64 + time[1] as f64 * 1e-9
}

/// Nanoseconds a time.
fn measured(times: u32, mut what: impl FnMut()) -> f64 {
    let begin = Instant::now();
    (0..times).for_each(|_| what());
    begin.elapsed().as_nanos() as f64 / f64::from(times)
}

pub fn bench(cas: &str, hash: &str, size: u64) {
    const TIMES: u32 = 200_000;
    let session = plain_session();
    let mut tokens = 0;
    let call_ns = measured(TIMES, || tokens += u32::from(session.has_token()));
    let json_ns = measured(TIMES, || {
        let json = Json::parse(r#"{"name": "value", "list": [1, 2, 3]}"#).unwrap_or_else(|error| die(error));
        assert_eq!(json.get("list").to_string(), "[1, 2, 3]");
    });
    let error_ns = measured(TIMES, || match Json::parse("[") {
        Err(error) => assert!(!error.message().is_empty()),
        Ok(_) => die("no error"),
    });
    let (cpu, wall) = (cpu_seconds(), Instant::now());
    let options = XetOptions::new().endpoint(cas);
    let mut stream = session.xet_stream_unordered(&options, hash, size, ..).unwrap_or_else(|error| die(error));
    let (mut read, mut pieces, mut sum) = (0, 0u32, 0u64);
    while let Some(piece) = stream.next_piece().unwrap_or_else(|error| die(error)) {
        read += piece.data.len() as u64;
        pieces += 1;
        sum += piece.data.iter().step_by(4096).map(|byte| u64::from(*byte)).sum::<u64>();
    }
    if read != size {
        die(format_args!("{} bytes of {}", read, size));
    }
    let (took, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    println!(
        "{{\"call_ns\": {:.1}, \"json_ns\": {:.1}, \"error_ns\": {:.1}, \"item_ns\": {:.1}, \"stream_cpu_s\": {:.4}, \
         \"stream_wall_s\": {:.4}, \"sum\": {}}}",
        call_ns,
        json_ns,
        error_ns,
        took * 1e9 / f64::from(pieces),
        cpu,
        took,
        sum
    );
    let _ = unsafe { std::ptr::read_volatile(&tokens) }; // else there would be no call to measure
}
