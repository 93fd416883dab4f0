//! safetensors_range REPO_ID FILE: which tensors are in a file of gigabytes, without fetching it: two byte ranges of its Xet
//! content are streamed, the length of the header and the header. Prints NAME DTYPE [SHAPE] a line, by name.

use std::error::Error;
use std::io::Read;
use std::process::ExitCode;

/// The format's own limit of a header.
const MOST: u64 = 100_000_000;

fn list(repo_id: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let session = hfhub::Session::new(None)?;
    let facts = session.file_metadata(repo_id, file, None)?.wait()?;
    let hash = facts.xet_hash.ok_or_else(|| format!("{} is not stored by Xet", file))?;
    let rights = hfhub::XetOptions::new().repo("model", repo_id, None);

    let mut length = [0; 8];
    session.xet_stream(&rights, &hash, facts.size, 0..8)?.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > MOST {
        return Err(format!("{} is no safetensors file", file).into());
    }
    let mut header = String::new();
    session.xet_stream(&rights, &hash, facts.size, 8..8 + length)?.read_to_string(&mut header)?;

    let header = hfhub::Json::parse(&header)?;
    let mut tensors: Vec<_> = header.entries().filter(|(name, _)| *name != "__metadata__").collect();
    tensors.sort_by_key(|(name, _)| *name);
    for (name, tensor) in tensors {
        println!("{} {} {}", name, tensor.get("dtype").as_str().unwrap_or("?"), tensor.get("shape"));
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match &arguments[..] {
        [repo_id, file] => list(repo_id, file),
        _ => {
            eprintln!("usage: safetensors_range REPO_ID FILE");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error);
            ExitCode::FAILURE
        }
    }
}
