//! Operations are futures of any runtime: the same in tokio and in async-std.

#[path = "../../hfhub/tests/common/mod.rs"]
mod common;

use common::Hub;
use futures_core::Stream;
use hfhub::{Completions, FileMetadata, Op, Session, XetOptions};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The next item of a stream.
struct Next<'a, S>(&'a mut S);

impl<S: Stream + Unpin> Future for Next<'_, S> {
    type Output = Option<S::Item>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.0).poll_next(context)
    }
}

fn hanging(session: &Session) -> Op<FileMetadata> {
    session.file_metadata("acme/hangs", "a.txt", None).unwrap()
}

/// What both do: await, and end in an error.
async fn download(session: &Session) {
    let file = session.download_file("acme/files", "a.txt", None).unwrap().await.unwrap();
    assert_eq!(std::fs::read_to_string(file.path).unwrap(), "hello\n");
    let error = session.download_file("acme/files", "nothing", None).unwrap().await.unwrap_err();
    assert!(error.is_not_found());
}

/// As operations end, whichever way.
async fn complete(session: &Session) {
    let mut all = Completions::new();
    assert_eq!(all.push(hanging(session)).unwrap(), 0);
    assert_eq!(all.push(session.file_metadata("acme/files", "a.txt", None).unwrap()).unwrap(), 1);
    assert_eq!(all.push(session.file_metadata("acme/files", "nothing", None).unwrap()).unwrap(), 2);
    assert_eq!(all.size_hint(), (3, Some(3)));
    let mut ended = Vec::new();
    for _ in 0..2 {
        let (number, result) = Next(&mut all).await.unwrap();
        ended.push((number, result.is_ok()));
    }
    ended.sort_unstable();
    assert_eq!(ended, [(1, true), (2, false)]);
    all.cancel(0);
    let (number, result) = Next(&mut all).await.unwrap();
    assert_eq!((number, result.unwrap_err().is_cancelled()), (0, true));
    assert!(Next(&mut all).await.is_none());
    assert_eq!(all.outstanding(), 0);
}

/// The bytes of a stream, and one that is left half-way.
async fn stream(session: &Session) {
    let facts = session.file_metadata("acme/files", "big.bin", None).unwrap().await.unwrap();
    let (rights, hash) = (XetOptions::new().repo("model", "acme/files", None), facts.xet_hash.unwrap());
    let mut pieces = session.xet_stream(&rights, &hash, facts.size, 1000..).unwrap().into_stream();
    let mut at = 1000;
    while let Some(piece) = Next(&mut pieces).await {
        let (offset, data) = piece.unwrap();
        assert_eq!(offset, at);
        at += data.len() as u64;
    }
    assert_eq!(at, 3_000_000);
    assert!(Next(&mut pieces).await.is_none());

    let mut left = session.xet_stream(&rights, &hash, facts.size, ..).unwrap().into_stream();
    assert!(Next(&mut left).await.is_some());
    drop(left);

    let nothing = "0".repeat(63) + "1";
    let mut missing = session.xet_stream(&rights, &nothing, 5, ..).unwrap().into_stream();
    assert!(Next(&mut missing).await.unwrap().is_err());
    assert!(Next(&mut missing).await.is_none());
}

#[tokio::test]
async fn in_tokio() {
    let hub = Hub::start();
    let session = hub.session();
    download(&session).await;
    complete(&session).await;
    stream(&session).await;
    // dropping the future cancels
    assert!(tokio::time::timeout(Duration::from_millis(20), hanging(&session)).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_tokio_on_many_threads() {
    let hub = Hub::start();
    let session = std::sync::Arc::new(hub.session());
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { download(&session).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn in_tokio_by_its_descriptor() {
    let hub = Hub::start();
    let op = hanging(&hub.session());
    let canceller = op.canceller();
    let fd = tokio::io::unix::AsyncFd::new(op).unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(20), fd.readable()).await.is_err());
    canceller.cancel();
    fd.readable().await.unwrap().retain_ready();
    assert!(fd.get_ref().wait().unwrap_err().is_cancelled());
}

#[async_std::test]
async fn in_async_std() {
    let hub = Hub::start();
    let session = hub.session();
    download(&session).await;
    complete(&session).await;
    stream(&session).await;
    assert!(async_std::future::timeout(Duration::from_millis(20), hanging(&session)).await.is_err());
}
