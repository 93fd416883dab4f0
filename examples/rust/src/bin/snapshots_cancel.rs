//! snapshots_cancel REPO_ID...: several repositories at the same time, of which the second half is cancelled right after the
//! start. Prints where each is, in the arguments' order.

use std::process::ExitCode;

fn download(repo_ids: &[String]) -> hfhub::Result<()> {
    let session = hfhub::Session::new(None)?;
    let ops: Vec<_> =
        repo_ids.iter().map(|repo_id| session.download_snapshot(repo_id, None)).collect::<Result<_, _>>()?;
    let unwanted = &ops[(ops.len() + 1) / 2..];
    unwanted.iter().for_each(hfhub::Op::cancel);
    for (repo_id, op) in repo_ids.iter().zip(&ops) {
        // waiting for one, the others go on
        match op.wait() {
            Ok(snapshot) => println!("{} {}", repo_id, snapshot.path.display()),
            Err(error) if error.is_cancelled() => println!("{} cancelled", repo_id),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let repo_ids: Vec<String> = std::env::args().skip(1).collect();
    if repo_ids.is_empty() {
        eprintln!("usage: snapshots_cancel REPO_ID...");
        return ExitCode::from(2);
    }
    match download(&repo_ids) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {}", error.name(), error);
            ExitCode::FAILURE
        }
    }
}
