//! Nothing is left behind. One test, since it counts what the whole process holds.

mod common;

use common::runtime::waker;
use common::Hub;
use std::future::Future;
use std::pin::Pin;
use std::task::Context;

#[test]
fn nothing_is_left_behind() {
    let hub = Hub::start();
    let before = hfhub::handle_count();
    {
        let session = hub.session();
        let (_, waker) = waker();
        let mut hanging: Vec<_> = (0..50).map(|_| session.file_metadata("acme/hangs", "a.txt", None).unwrap()).collect();
        for op in &mut hanging {
            assert!(Pin::new(op).poll(&mut Context::from_waker(&waker)).is_pending());
        }
        assert!(session.file_metadata("acme/files", "nothing", None).unwrap().wait().is_err());
        let facts = session.file_metadata("acme/files", "big.bin", None).unwrap().wait().unwrap();
        let rights = hfhub::XetOptions::new().repo("model", "acme/files", None);
        let mut stream = session.xet_stream(&rights, &facts.xet_hash.unwrap(), None, ..).unwrap();
        assert!(stream.next_piece().unwrap().is_some());
        let commit = session.xet_commit(&rights).unwrap();
        drop(commit.add_stream("x", hfhub::Sha256::Compute));
        let queue = hfhub::Queue::new().unwrap();
        queue.add(&hanging[0], 0).unwrap();
        let canceller = hanging[1].canceller();
        drop(hanging);
        canceller.cancel();
        for i in 0..1000 {
            assert!(hfhub::DownloadOptions::new().revision("x").repo_type("nonsense").error().is_some());
            assert_eq!(hfhub::Json::parse(&format!("[{}]", i)).unwrap().at(0).as_i64(), Some(i));
        }
        assert!(hfhub::handle_count() > before);
    }
    assert_eq!(hfhub::handle_count(), before);
}
