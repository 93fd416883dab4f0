//! download_progress REPO_ID FILE: one file into the shared cache, with a line of progress. Prints where the file is.

use std::process::ExitCode;
use std::time::Duration;

fn download(repo_id: &str, file: &str) -> hfhub::Result<()> {
    let session = hfhub::Session::new(None)?;
    let op = session.download_file(repo_id, file, None)?;
    let done = op.wait_progress(Duration::from_millis(200), |progress| {
        let (done, total) = (progress.bytes_done / 1_000_000, progress.bytes_total / 1_000_000);
        eprint!("\r{} of {} MB, {} MB/s ", done, total, progress.rate_bytes_per_s / 1_000_000);
    })?;
    eprintln!();
    println!("{}", done.path.display());
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match &arguments[..] {
        [repo_id, file] => download(repo_id, file),
        _ => {
            eprintln!("usage: download_progress REPO_ID FILE");
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
