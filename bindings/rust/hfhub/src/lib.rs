//! The Hugging Face Hub: downloads into the cache that Python shares, uploads, Xet storage, and the whole REST API.
//!
//! ```no_run
//! # fn main() -> hfhub::Result<()> {
//! let session = hfhub::Session::new(None)?;
//! let file = session.download_file("openai-community/gpt2", "config.json", None)?.wait()?;
//! println!("{}", file.path.display());
//! # Ok(()) }
//! ```
//!
//! * A [`Session`] is where everything begins; share one.
//! * What takes time is an [`Op`]: [`wait`](Op::wait) for it, `.await` it (in any runtime), or put it into a [`Queue`].
//! * Options are builders: [`SessionOptions`], [`DownloadOptions`], [`CommitOptions`], [`RepoOptions`], [`XetOptions`]. A call
//!   takes `None` or a reference. A value that is refused is reported by the call that uses the options.
//! * An [`Error`] has a [`kind`](Error::kind) for a `match` and everything else that is known.
//! * Nothing can be used after it was closed: what is dropped is gone, and the compiler holds to it.
//!
//! ```compile_fail
//! let session = hfhub::Session::new(None).unwrap();
//! drop(session);
//! session.has_token();
//! ```
//!
//! The library, libhfhub, must be installed; the crate `hfhub-sys` finds it. Features: `stream` (`futures_core::Stream`) and
//! `serde`. Paragraphs that begin with the name of a C function are what the C header says.

#![warn(missing_docs)]
// the C header's paragraphs are full of URLs, and of brackets that mean what they say
#![allow(rustdoc::bare_urls, rustdoc::broken_intra_doc_links)]

mod auth;
mod catalog;
mod commit;
mod download;
mod error;
mod ffi;
mod json;
mod op;
mod outcome;
mod progress;
mod queue;
mod ready;
mod repo;
#[cfg(feature = "serde")]
mod serde_support;
mod session;
#[cfg(feature = "stream")]
mod stream;
mod xet;
mod xet_stream;

pub use auth::DeviceLogin;
pub use catalog::{
    handle_count, known_calls, known_options, parse_uri, version, version_number, KnownCall, KnownOption,
};
pub use commit::{Commit, CommitOptions, CommitWriter, CopySource, Scheduler};
pub use download::DownloadOptions;
pub use error::{Error, ErrorKind, Result};
pub use json::{Json, JsonType};
pub use op::{Canceller, Item, Op};
pub use outcome::{CachedFile, CommitInfo, FileDownload, FileMetadata, RepoUrl, Snapshot, XetFile};
pub use progress::{ItemState, Progress};
pub use queue::{Next, Queue, Tags};
pub use repo::RepoOptions;
#[cfg(feature = "serde")]
pub use serde_support::DeserializeError;
pub use session::{LogLevel, Session, SessionOptions};
#[cfg(feature = "stream")]
pub use stream::{AsyncPieces, Completions};
pub use xet::{Sha256, XetCommit, XetGroup, XetOptions, XetRight, XetWriter};
pub use xet_stream::{NextPiece, Piece, Pieces, XetStream};
