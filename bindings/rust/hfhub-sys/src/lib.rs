//! Raw declarations of libhfhub's C API, named as in C. Use the crate `hfhub` instead.
//!
//! Everything but [`HFHUB_XET_UNKNOWN`] is written by a script from the headers. Constants stay plain integers: C may return
//! numbers that this version does not know.

#![no_std]
#![allow(non_camel_case_types)]
// the comments are those of the C headers: full of URLs and brackets that mean what they say
#![allow(rustdoc::bare_urls, rustdoc::broken_intra_doc_links)]

extern crate std;

#[rustfmt::skip]
mod bindings;

pub use bindings::*;

/// For `hfhub_xet_stream_open`: the size is not known; the range has no end.
pub const HFHUB_XET_UNKNOWN: u64 = u64::MAX;
