//! Commits, uploads, and Xet storage by hash: what is written comes back.

mod common;

use common::Hub;
use hfhub::{CommitOptions, CopySource, ErrorKind, RepoOptions, Sha256, XetOptions};
use std::io::{BufRead, Read, Write};
use std::time::Duration;

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|i| ((i * 31 + i / 251) % 256) as u8).collect()
}

#[test]
fn a_commit_of_all_kinds() {
    let hub = Hub::start();
    let session = hub.writer();
    let made = session.repo_create("acme/made", &RepoOptions::new().private(true)).unwrap().wait().unwrap();
    assert_eq!((made.repo_id.as_str(), made.repo_type.as_str(), made.created), ("acme/made", "model", Some(true)));
    let options = CommitOptions::new().message("All kinds 😀").description("of content");
    let commit = session.commit("acme/made", &options).unwrap();
    let folder = hub.file("folder/x/y.txt", b"y").parent().unwrap().parent().unwrap().to_owned();
    commit.add_path("a", hub.file("a", b"a")).unwrap().add_bytes("b", b"b").unwrap();
    commit.add_folder(folder, "f").unwrap();
    let mut writer = commit.add_stream("stream").unwrap();
    let article = "a";
    write!(writer, "from {} stream", article).unwrap();
    writer.finish().unwrap();
    drop(commit.add_stream("never").unwrap()); // not finished: not added
    assert_eq!(commit.operation_count(), 4);
    let info = commit.finish().unwrap().wait().unwrap();
    assert!(info.committed && info.commit_url.contains(&info.commit_oid) && info.pr_url.is_none());
    assert_eq!(info.json.get("regular").as_u64(), Some(4));
    assert_eq!(commit.finish().unwrap_err().kind(), ErrorKind::State);

    let options = CommitOptions::new().message("Changes").create_pr(true);
    let commit = session.commit("acme/made", &options).unwrap();
    commit.copy("b", "copied", CopySource::default()).unwrap().delete_file("a").unwrap().delete_folder("f").unwrap();
    let info = commit.finish().unwrap().wait().unwrap();
    assert_eq!((info.pr_num, info.pr_revision.as_deref()), (Some(1), Some("refs/pr/1")));
    let file = session.download_file("acme/made", "stream", None).unwrap().wait().unwrap();
    assert_eq!(std::fs::read_to_string(file.path).unwrap(), "from a stream");
    assert_eq!(session.commit("acme/made", None).unwrap_err().kind(), ErrorKind::Argument); // no message
}

#[test]
fn files_folders_and_a_schedule() {
    let hub = Hub::start();
    let session = hub.writer();
    session.repo_create("acme/up", None).unwrap().wait().unwrap();
    let file = hub.file("x.txt", b"x");
    assert!(session.upload_file("acme/up", &file, "x.txt", None).unwrap().wait().unwrap().committed);
    assert!(!session.upload_file("acme/up", &file, "x.txt", None).unwrap().wait().unwrap().committed);
    let folder = hub.file("folder/b.bin", &bytes(200_000)).parent().unwrap().to_owned();
    let options = CommitOptions::new().journal(false).ignore("*.tmp");
    let info = session.upload_folder("acme/up", &folder, "sub", &options).unwrap().wait().unwrap();
    assert_eq!(info.json.get("files").as_u64(), Some(1));
    let info = session.delete_files("acme/up", &CommitOptions::new().delete("x.*")).unwrap().wait().unwrap();
    assert_eq!(info.json.get("deleted").as_u64(), Some(1));

    let every = Duration::from_secs(3600);
    let scheduler = session.schedule("acme/up", &folder, "log", every, None).unwrap();
    scheduler.trigger().unwrap().wait().unwrap();
    scheduler.stop().unwrap().wait().unwrap();
    assert_eq!(scheduler.stop().unwrap_err().kind(), ErrorKind::State);
    let error = session.schedule("acme/up", &folder, "log", Duration::ZERO, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    let refs = session.repo_refs("acme/up", false, None).unwrap().wait().unwrap();
    assert_eq!(refs.get("branches").at(0).get("name").as_str(), Some("main"));
}

#[test]
fn xet_storage_keeps_what_is_written() {
    let hub = Hub::start();
    let session = hub.session();
    let cas = XetOptions::new().endpoint(&hub.cas);
    let content = bytes(700_000);
    let commit = session.xet_commit(&cas).unwrap();
    assert_eq!(commit.add_path(hub.file("c", &content), "a name", Sha256::Compute).unwrap(), 0);
    assert_eq!(commit.add_bytes("bytes", "héllo".as_bytes(), Sha256::Omit).unwrap(), 1);
    let mut writer = commit.add_stream("stream", Sha256::Compute).unwrap();
    writer.write_all(&content[..100]).unwrap();
    assert_eq!(writer.index(), 2);
    assert_eq!(writer.finish().unwrap().size, 100);
    assert_eq!(commit.add_bytes("x", b"x", Sha256::Known("12")).unwrap_err().kind(), ErrorKind::Argument);
    let report = commit.finish().unwrap().wait().unwrap();
    assert_eq!(report.get("items").as_u64(), Some(3));
    assert_eq!((commit.item_count(), commit.progress().unwrap().bytes_done), (3, 700_106));
    let file = commit.item(0).unwrap().unwrap();
    assert_eq!((file.size, file.sha256.as_ref().map(String::len)), (700_000, Some(64)));
    assert_eq!(commit.item(1).unwrap().unwrap().sha256, None);
    assert_eq!(commit.item(3).unwrap_err().kind(), ErrorKind::Argument);
    let hashed = session.xet_hash_file(hub.file("same", &content)).unwrap().wait().unwrap();
    assert_eq!((&hashed.hash, &hashed.sha256), (&file.hash, &file.sha256));

    let group = session.xet_group(&cas).unwrap();
    let target = hub.folder.join("back");
    let index = group.add(&file.hash, file.size, &target).unwrap();
    group.add_seed(index, hub.folder.join("c"), &file.hash, file.size).unwrap();
    group.start().unwrap().wait().unwrap();
    assert!(group.is_done(index).unwrap());
    assert_eq!(std::fs::read(target).unwrap(), content);

    let mut all = Vec::new();
    session.xet_stream(&cas, &file.hash, file.size, ..).unwrap().read_to_end(&mut all).unwrap();
    assert!(all == content);
    let mut part = [0; 5];
    let mut stream = session.xet_stream(&cas, &file.hash, None, 100_000..=100_004).unwrap();
    stream.read_exact(&mut part).unwrap();
    assert_eq!(part, content[100_000..100_005]);
    assert_eq!(stream.read(&mut part).unwrap(), 0);
    let mut stream = session.xet_stream(&cas, &file.hash, file.size, 10..).unwrap();
    let size = stream.fill_buf().unwrap().len();
    stream.consume(size - 1);
    let rest = stream.next_piece().unwrap().unwrap(); // what was not consumed comes first
    assert_eq!((rest.offset, rest.data), (10 + size as u64 - 1, &content[10 + size - 1..10 + size]));

    let mut stream = session.xet_stream_unordered(&cas, &file.hash, file.size, ..).unwrap();
    assert_eq!(stream.read(&mut part).unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    let mut placed = vec![0; content.len()];
    for piece in stream.pieces() {
        let (offset, data) = piece.unwrap();
        placed[offset as usize..offset as usize + data.len()].copy_from_slice(&data);
    }
    assert!(placed == content);
    assert_eq!(stream.progress().unwrap().bytes_done, 700_000);
}

#[test]
fn what_is_cancelled_or_dropped_says_so() {
    let hub = Hub::start();
    let session = hub.session();
    let cas = XetOptions::new().endpoint(&hub.cas);
    let commit = session.xet_commit(&cas).unwrap();
    commit.canceller().cancel();
    assert!(commit.add_bytes("x", b"x", Sha256::Compute).is_err());
    let commit = session.xet_commit(&cas).unwrap();
    let mut writer = commit.add_stream("x", Sha256::Compute).unwrap();
    writer.write_all(b"x").unwrap();
    drop(writer);
    assert!(commit.finish().unwrap().wait().is_err());

    let facts = session.file_metadata("acme/files", "big.bin", None).unwrap().wait().unwrap();
    let rights = XetOptions::new().repo("model", "acme/files", None);
    let hash = facts.xet_hash.unwrap();
    let mut stream = session.xet_stream(&rights, &hash, facts.size, ..).unwrap();
    let canceller = stream.canceller();
    assert!(stream.next_piece().unwrap().is_some());
    std::thread::scope(|scope| scope.spawn(|| canceller.cancel()).join().unwrap());
    let error = loop {
        match stream.next_piece_timeout(Duration::from_secs(60)) {
            Ok(hfhub::NextPiece::Piece(_)) => continue,
            Ok(other) => panic!("a cancelled stream ended with {:?}", other),
            Err(error) => break error,
        }
    };
    assert!(error.is_cancelled());
    drop(stream);
    canceller.cancel(); // of nothing
}
