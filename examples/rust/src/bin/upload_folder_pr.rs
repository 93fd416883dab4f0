//! upload_folder_pr REPO_ID FOLDER: uploads a folder as a pull request, and prints its page.

use std::process::ExitCode;
use std::time::Duration;

fn upload(repo_id: &str, folder: &str) -> hfhub::Result<()> {
    let session = hfhub::Session::new(None)?;
    let options = hfhub::CommitOptions::new().create_pr(true);
    let op = session.upload_folder(repo_id, folder, "", &options)?;
    let commit = op.wait_progress(Duration::from_millis(200), |progress| {
        eprint!("\r{} of {} files, {} bytes ", progress.items_done, progress.items_total, progress.bytes_done);
    })?;
    eprintln!();
    match commit.pr_url {
        Some(url) => println!("{}", url),
        None => eprintln!("nothing has changed"),
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match &arguments[..] {
        [repo_id, folder] => upload(repo_id, folder),
        _ => {
            eprintln!("usage: upload_folder_pr REPO_ID FOLDER");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {}", error.name(), error);
            ExitCode::FAILURE
        }
    }
}
