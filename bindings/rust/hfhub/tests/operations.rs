//! Operations: waiting, futures, callbacks, cancelling, queues, progress.

mod common;

use common::runtime::{block_on, waker};
use common::Hub;
use hfhub::{ErrorKind, FileDownload, Op, Queue, Session};
use std::future::Future;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc};
use std::task::Context;
use std::time::Duration;

fn hanging(session: &Session) -> Op<FileDownload> {
    session.download_file("acme/hangs", "a.txt", None).unwrap()
}

#[test]
fn everything_may_cross_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Session>();
    shared::<Op<FileDownload>>();
    shared::<Queue>();
    shared::<hfhub::Json>();
    shared::<hfhub::Error>();
    shared::<hfhub::Canceller>();
    shared::<hfhub::Commit>();
    shared::<hfhub::CommitWriter>();
    shared::<hfhub::Scheduler>();
    shared::<hfhub::DeviceLogin>();
    shared::<hfhub::XetCommit>();
    shared::<hfhub::XetWriter>();
    shared::<hfhub::XetGroup>();
    shared::<hfhub::XetStream>();
    shared::<hfhub::DownloadOptions>();
    shared::<hfhub::SessionOptions>();
}

#[test]
fn results_have_types() {
    let hub = Hub::start();
    let session = hub.session();
    let op = session.download_file("acme/files", "b/😀.txt", None).unwrap();
    let file = op.wait().unwrap();
    assert_eq!(std::fs::read_to_string(&file.path).unwrap(), "grüße\n");
    assert_eq!((file.size, file.cached, file.will_download), (8, false, None));
    assert_eq!(file.commit.len(), 40);
    assert!(!file.etag.is_empty());
    assert_eq!(op.path(), Some(file.path.as_path()));
    assert_eq!(op.json().unwrap().unwrap().get("size").as_u64(), Some(8));
    assert!(op.is_done());

    let again = session.download_file("acme/files", "b/😀.txt", None).unwrap().wait().unwrap();
    assert!(again.cached);

    let options = hfhub::DownloadOptions::new().allow("*.txt").dry_run(true);
    let dry = session.download_snapshot("acme/files", &options).unwrap().wait().unwrap();
    assert_eq!((dry.files, dry.downloaded), (2, 1));
    let options = hfhub::DownloadOptions::new().allow("*.txt");
    let op = session.download_snapshot("acme/files", &options).unwrap();
    let wet = op.wait().unwrap();
    assert_eq!((wet.files, wet.downloaded), (2, 1));
    assert!(wet.path.ends_with(&wet.commit));
    let mut names: Vec<String> = op.items().map(|item| item.unwrap().name.to_owned()).collect();
    names.sort();
    assert_eq!(names, ["a.txt", "b/😀.txt"]);
    assert!(op.item(2).unwrap().is_none());

    let options = hfhub::DownloadOptions::new().dry_run(true);
    let dry = session.download_file("acme/files", "big.bin", &options).unwrap().wait().unwrap();
    assert_eq!((dry.will_download, dry.size), (Some(true), 3_000_000));

    let facts = session.file_metadata("acme/files", "big.bin", None).unwrap().wait().unwrap();
    assert_eq!(facts.size, Some(3_000_000));
    assert_eq!(facts.xet_hash.map(|hash| hash.len()), Some(64));
    assert_eq!(facts.commit_hash, wet.commit);
}

#[test]
fn a_wait_has_a_limit_and_a_cancelled_operation_an_end() {
    let hub = Hub::start();
    let op = hanging(&hub.session());
    assert!(op.wait_timeout(Duration::from_millis(20)).unwrap().is_none());
    assert!(op.wait_timeout(Duration::ZERO).unwrap().is_none());
    assert!(!op.is_done());
    assert!(op.json().unwrap().is_none());
    let canceller = op.canceller();
    std::thread::scope(|scope| {
        let waiters: Vec<_> = (0..8).map(|_| scope.spawn(|| op.wait().unwrap_err())).collect();
        canceller.cancel();
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap().kind(), ErrorKind::Cancelled);
        }
    });
    assert!(op.wait().unwrap_err().is_cancelled());
    drop(op);
    canceller.cancel(); // of nothing
}

#[test]
fn a_future_is_woken_and_may_be_dropped() {
    let hub = Hub::start();
    let session = hub.session();
    let mut op = session.download_file("acme/files", "a.txt", None).unwrap();
    assert_eq!(block_on(&mut op).unwrap().size, 6);
    assert_eq!(block_on(&mut op).unwrap().size, 6); // and again

    let missing = block_on(session.download_file("acme/files", "nothing", None).unwrap()).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::EntryNotFound);

    let (counter, waker) = waker();
    let mut context = Context::from_waker(&waker);
    let mut op = hanging(&session);
    assert!(Pin::new(&mut op).poll(&mut context).is_pending());
    assert!(Pin::new(&mut op).poll(&mut context).is_pending());
    assert_eq!(counter.wakes.load(Ordering::SeqCst), 0);
    op.cancel();
    assert!(op.wait().is_err());
    while counter.wakes.load(Ordering::SeqCst) == 0 {
        std::thread::park();
    }
    assert!(Pin::new(&mut op).poll(&mut context).is_ready());

    let mut dropped = hanging(&session);
    assert!(Pin::new(&mut dropped).poll(&mut context).is_pending());
    drop(dropped);
    drop(waker);
}

#[test]
fn callbacks_run_once_and_their_panics_go_nowhere() {
    let hub = Hub::start();
    let session = hub.session();
    let op = session.file_metadata("acme/files", "a.txt", None).unwrap();
    let (sender, receiver) = mpsc::channel();
    let second = sender.clone();
    op.on_ready(|| panic!("in a callback, as it should be")).unwrap();
    op.on_ready(move || second.send("second").unwrap()).unwrap();
    assert_eq!(receiver.recv(), Ok("second"));
    op.wait().unwrap();
    op.on_ready(move || sender.send("late").unwrap()).unwrap(); // complete already: here and now
    assert_eq!(receiver.try_recv(), Ok("late"));
    assert_eq!(receiver.recv(), Err(mpsc::RecvError)); // what the callbacks held is gone
}

#[test]
fn progress_comes_here_and_a_panic_in_it_cancels() {
    let hub = Hub::start();
    let session = hub.session();
    let here = std::thread::current().id();
    let mut last = None;
    let op = session.download_file("acme/files", "big.bin", None).unwrap();
    op.wait_progress(Duration::from_millis(10), |progress| {
        assert_eq!(std::thread::current().id(), here);
        last = Some(*progress);
    })
    .unwrap();
    let last = last.unwrap();
    assert_eq!((last.bytes_done, last.bytes_total, last.items_done), (3_000_000, 3_000_000, 1));
    assert_eq!(last.fraction(), Some(1.0));
    assert_eq!(op.progress().unwrap().bytes_done, 3_000_000);
    let item = op.item(0).unwrap().unwrap();
    assert_eq!((item.name, item.progress.state), ("big.bin", hfhub::ItemState::Done));

    let op = hanging(&session);
    let reports = AtomicUsize::new(0);
    let panic = catch_unwind(AssertUnwindSafe(|| {
        op.wait_progress(Duration::from_millis(10), |_| {
            reports.fetch_add(1, Ordering::Relaxed);
            panic!("in a report, as it should be");
        })
    }))
    .unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"in a report, as it should be"));
    assert_eq!(reports.into_inner(), 1);
    assert!(op.wait().unwrap_err().is_cancelled());
}

#[test]
fn a_queue_gives_tags_until_nothing_is_outstanding() {
    let hub = Hub::start();
    let session = hub.session();
    let queue = Queue::new().unwrap();
    assert_eq!(queue.next().unwrap(), None);
    let slow = hanging(&session);
    let quick = session.file_metadata("acme/files", "a.txt", None).unwrap();
    queue.add(&slow, u64::MAX).unwrap();
    queue.add(&quick, 0).unwrap();
    assert_eq!(queue.next().unwrap(), Some(0));
    assert_eq!(queue.next_timeout(Duration::from_millis(1)).unwrap(), hfhub::Next::Pending);
    slow.cancel();
    let rest: Vec<u64> = queue.iter().map(Result::unwrap).collect();
    assert_eq!(rest, [u64::MAX]);
    assert_eq!(queue.next_timeout(Duration::from_millis(1)).unwrap(), hfhub::Next::End);
}

#[test]
fn descriptors_become_readable() {
    use std::os::unix::io::{AsFd, AsRawFd};
    #[repr(C)]
    struct PollFd {
        fd: i32,
        events: i16,
        revents: i16,
    }
    extern "C" {
        fn poll(fds: *mut PollFd, count: std::os::raw::c_ulong, timeout_ms: i32) -> i32;
    }
    const READABLE: i16 = 1;
    let readable = |fd: std::os::unix::io::BorrowedFd<'_>, timeout_ms| {
        let mut asked = PollFd { fd: fd.as_raw_fd(), events: READABLE, revents: 0 };
        unsafe { poll(&mut asked, 1, timeout_ms) == 1 }
    };
    let hub = Hub::start();
    let session = hub.session();
    let op = hanging(&session);
    let queue = Queue::new().unwrap();
    queue.add(&op, 1).unwrap();
    assert!(!readable(op.as_fd(), 0));
    assert!(!readable(queue.as_fd(), 0));
    op.cancel();
    assert!(readable(op.as_fd(), -1));
    assert!(readable(queue.as_fd(), -1));
    assert_eq!(queue.next().unwrap(), Some(1));
    assert!(!readable(queue.as_fd(), 0));
}

#[test]
fn a_session_cancels_all_and_stays() {
    let hub = Hub::start();
    let session = Arc::new(hub.session());
    let ops: Vec<_> = (0..3).map(|_| hanging(&session)).collect();
    session.cancel();
    assert!(ops.iter().all(|op| op.wait().unwrap_err().is_cancelled()));
    assert_eq!(session.download_file("acme/files", "a.txt", None).unwrap().wait().unwrap().size, 6);
    let op = session.file_metadata("acme/files", "a.txt", None).unwrap();
    drop(session);
    assert_eq!(op.wait().unwrap().size, Some(6));
}

#[test]
fn log_lines_come_and_a_panic_in_the_hook_is_dropped() {
    let hub = Hub::start();
    let lines = Arc::new(AtomicUsize::new(0));
    let theirs = lines.clone();
    let options = hub.options().set("log.level", "debug").set("log.debug", "true").log_hook(move |level, message| {
        assert!(level >= hfhub::LogLevel::Debug && !message.is_empty());
        theirs.fetch_add(1, Ordering::SeqCst);
        panic!("in a log hook, as it should be");
    });
    let session = Session::new(&options).unwrap();
    session.file_metadata("acme/files", "a.txt", None).unwrap().wait().unwrap();
    assert!(lines.load(Ordering::SeqCst) > 0);
}
