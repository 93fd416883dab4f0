use crate::error::Result;
use crate::ffi::{self, check, Handle};
use crate::{Canceller, Progress, Session, XetOptions};
use hfhub_sys as sys;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::ops::{Bound, RangeBounds};
use std::ptr;
use std::sync::{Arc, Weak};
use std::time::Duration;

impl Session {
    /// Reads bytes of a file from Xet storage, in order. `size_bytes` is the whole file's, when it is known. Nothing is asked
    /// before the first read.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let session = hfhub::Session::new(None)?;
    /// use std::io::Read;
    /// let file = session.file_metadata("me/model", "model.safetensors", None)?.wait()?;
    /// let options = hfhub::XetOptions::new().repo("model", "me/model", None);
    /// let mut first = [0; 8];
    /// let hash = file.xet_hash.ok_or("not a Xet file")?;
    /// session.xet_stream(&options, &hash, file.size, 0..8)?.read_exact(&mut first)?;
    /// # Ok(()) }
    /// ```
    ///
    /// hfhub_xet_stream_open: Opens bytes \[range_begin, range_end) of a file for reading. `size_bytes` is that of the
    /// whole file, or HFHUB_XET_UNKNOWN; `range_end` may be HFHUB_XET_UNKNOWN. `ordered` 0: pieces come as they arrive.
    /// Nothing is asked before the first hfhub_xet_stream_next. Errors: E_ARGUMENT when range_begin \> range_end, or
    /// range_begin \> 0 and past the size. Since 0.1.
    pub fn xet_stream<'a>(
        &self,
        options: impl Into<Option<&'a XetOptions>>,
        hash: &str,
        size_bytes: impl Into<Option<u64>>,
        range: impl RangeBounds<u64>,
    ) -> Result<XetStream> {
        self.open_xet_stream(options.into(), hash, size_bytes.into(), &range, true)
    }

    /// The same, with pieces as they arrive, which is faster: [`XetStream::next_piece`] says where each belongs.
    ///
    /// hfhub_xet_stream_open: Opens bytes \[range_begin, range_end) of a file for reading. `size_bytes` is that of the
    /// whole file, or HFHUB_XET_UNKNOWN; `range_end` may be HFHUB_XET_UNKNOWN. `ordered` 0: pieces come as they arrive.
    /// Nothing is asked before the first hfhub_xet_stream_next. Errors: E_ARGUMENT when range_begin \> range_end, or
    /// range_begin \> 0 and past the size. Since 0.1.
    pub fn xet_stream_unordered<'a>(
        &self,
        options: impl Into<Option<&'a XetOptions>>,
        hash: &str,
        size_bytes: impl Into<Option<u64>>,
        range: impl RangeBounds<u64>,
    ) -> Result<XetStream> {
        self.open_xet_stream(options.into(), hash, size_bytes.into(), &range, false)
    }

    fn open_xet_stream(
        &self,
        options: Option<&XetOptions>,
        hash: &str,
        size_bytes: Option<u64>,
        range: &impl RangeBounds<u64>,
        ordered: bool,
    ) -> Result<XetStream> {
        let options = ffi::options(options.map(|options| &options.0))?;
        let hash = ffi::text(hash)?;
        let size = size_bytes.unwrap_or(sys::HFHUB_XET_UNKNOWN);
        let begin = match range.start_bound() {
            Bound::Included(begin) => *begin,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(last) => last.saturating_add(1),
            Bound::Excluded(end) => *end,
            Bound::Unbounded => sys::HFHUB_XET_UNKNOWN,
        };
        let handle = Handle::make(|out, err| unsafe {
            let session = self.raw();
            sys::hfhub_xet_stream_open(session, options, hash.as_ptr(), size, begin, end, ordered.into(), out, err)
        })?;
        Ok(XetStream { handle: Arc::new(handle), ordered, rest: Rest::NONE })
    }
}

/// Bytes of a file in Xet storage. Three ways to have them: [`next_piece`](XetStream::next_piece) and [`BufRead`] copy nothing,
/// [`Read`] copies into your buffer, [`pieces`](XetStream::pieces) gives vectors.
///
/// A whole file that was read to its end has been verified. Whoever reads slowly slows the network; nothing piles up.
///
/// hfhub_xet_stream_free: Lets go of the stream. Never waits. NULL is fine. Since 0.1.
pub struct XetStream {
    handle: Arc<Handle<sys::hfhub_xet_stream>>,
    ordered: bool,
    rest: Rest,
}

/// What C has lent and nobody has read: valid until C is asked for more, which takes `&mut XetStream`.
struct Rest {
    data: *const u8,
    size: usize,
    offset: u64,
}

impl Rest {
    const NONE: Rest = Rest { data: ptr::null(), size: 0, offset: 0 };
}

// the bytes behind Rest belong to the stream, and nobody writes to them
unsafe impl Send for XetStream {}
unsafe impl Sync for XetStream {}

/// Bytes of a stream, valid until it is asked for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Their place in the file.
    pub offset: u64,
    /// The bytes; never none.
    pub data: &'a [u8],
}

/// What [`XetStream::next_piece_timeout`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPiece<'a> {
    /// Bytes.
    Piece(Piece<'a>),
    /// None came in that time.
    Pending,
    /// There are no more.
    End,
}

impl XetStream {
    fn raw(&self) -> *mut sys::hfhub_xet_stream {
        self.handle.get()
    }

    /// Makes sure that `rest` has bytes; OK when it has.
    fn fill(&mut self, timeout_ms: i64) -> Result<sys::hfhub_status> {
        let mut status = sys::HFHUB_OK;
        while self.rest.size == 0 && status == sys::HFHUB_OK {
            self.rest = Rest::NONE;
            let (mut data, mut size, mut offset) = (ptr::null(), 0, 0);
            status = check(|err| unsafe {
                sys::hfhub_xet_stream_next(self.raw(), timeout_ms, &mut data, &mut size, &mut offset, err)
            })?;
            self.rest = Rest { data: data.cast(), size, offset };
        }
        Ok(status)
    }

    fn rest(&self) -> &[u8] {
        match self.rest.size {
            0 => &[],
            size => unsafe { std::slice::from_raw_parts(self.rest.data, size) },
        }
    }

    fn take_rest(&mut self) -> Piece<'_> {
        let Rest { data, size, offset } = std::mem::replace(&mut self.rest, Rest::NONE);
        // lent until the stream is asked for more, which the borrow of `self` forbids
        Piece { offset, data: if size == 0 { &[] } else { unsafe { std::slice::from_raw_parts(data, size) } } }
    }

    /// The next bytes; None at the end.
    ///
    /// hfhub_xet_stream_next: The next bytes, borrowed until the next call: OK; END; PENDING after `timeout_ms`
    /// (negative: no limit); or an error, E_CANCELLED after cancel. `out_offset` (may be NULL) is their place in the
    /// file. Whoever reads slowly slows the network; nothing piles up. A whole file read to its END has been verified.
    /// One thread at a time. Since 0.1.
    pub fn next_piece(&mut self) -> Result<Option<Piece<'_>>> {
        Ok(match self.fill(-1)? {
            sys::HFHUB_OK => Some(self.take_rest()),
            _ => None,
        })
    }

    /// The next bytes, if they come in that time.
    ///
    /// hfhub_xet_stream_next: The next bytes, borrowed until the next call: OK; END; PENDING after `timeout_ms`
    /// (negative: no limit); or an error, E_CANCELLED after cancel. `out_offset` (may be NULL) is their place in the
    /// file. Whoever reads slowly slows the network; nothing piles up. A whole file read to its END has been verified.
    /// One thread at a time. Since 0.1.
    pub fn next_piece_timeout(&mut self, timeout: Duration) -> Result<NextPiece<'_>> {
        Ok(match self.fill(ffi::milliseconds(timeout))? {
            sys::HFHUB_OK => NextPiece::Piece(self.take_rest()),
            sys::HFHUB_PENDING => NextPiece::Pending,
            _ => NextPiece::End,
        })
    }

    /// Offsets and bytes, until the end or an error.
    pub fn pieces(&mut self) -> Pieces<'_> {
        Pieces(Some(self))
    }

    /// Counters.
    ///
    /// hfhub_xet_stream_get_progress: Counters of the stream. Since 0.1.
    pub fn progress(&self) -> Result<Progress> {
        Progress::ask(|out| check(|err| unsafe { sys::hfhub_xet_stream_get_progress(self.raw(), out, err) }))
    }

    /// Ends it with [`Cancelled`](crate::ErrorKind::Cancelled).
    ///
    /// hfhub_xet_stream_cancel: Ends the stream with E_CANCELLED, never with a silent END. Any thread. NULL is fine.
    /// Since 0.1.
    pub fn cancel(&self) {
        unsafe { sys::hfhub_xet_stream_cancel(self.raw()) }
    }

    /// Something for other threads that can do nothing but cancel this.
    pub fn canceller(&self) -> Canceller {
        let weak: Weak<Handle<sys::hfhub_xet_stream>> = Arc::downgrade(&self.handle);
        Canceller::new(move || {
            if let Some(handle) = weak.upgrade() {
                unsafe { sys::hfhub_xet_stream_cancel(handle.get()) }
            }
        })
    }
}

/// Without a copy. Refused for an unordered stream, whose bytes have no order to read them in.
impl BufRead for XetStream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.ordered {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "an unordered stream is read piece by piece"));
        }
        self.fill(-1)?;
        Ok(self.rest())
    }

    fn consume(&mut self, amount: usize) {
        let amount = amount.min(self.rest.size);
        if amount > 0 {
            self.rest.data = unsafe { self.rest.data.add(amount) };
            self.rest.size -= amount;
            self.rest.offset += amount as u64;
        }
    }
}

/// Refused for an unordered stream, whose bytes have no order to read them in.
impl Read for XetStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let size = self.fill_buf()?.read(buffer)?;
        self.consume(size);
        Ok(size)
    }
}

impl fmt::Debug for XetStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XetStream").field("ordered", &self.ordered).finish_non_exhaustive()
    }
}

/// The iterator of [`XetStream::pieces`].
#[derive(Debug)]
pub struct Pieces<'a>(Option<&'a mut XetStream>);

impl Iterator for Pieces<'_> {
    type Item = Result<(u64, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.0.as_mut()?.next_piece().map(|piece| piece.map(|piece| (piece.offset, piece.data.to_vec())));
        let next = next.transpose();
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        next
    }
}

impl std::iter::FusedIterator for Pieces<'_> {}
