use crate::error::Result;
use crate::ffi::{self, check, Handle};
use crate::Op;
use hfhub_sys as sys;
use std::fmt;
use std::time::Duration;

/// Many operations, awaited on one thread: it gives their tags in the order in which they end.
///
/// ```no_run
/// # fn main() -> hfhub::Result<()> {
/// let session = hfhub::Session::new(None)?;
/// let queue = hfhub::Queue::new()?;
/// let names = ["openai-community/gpt2", "google-bert/bert-base-uncased"];
/// let mut ops = Vec::new();
/// for (tag, name) in names.iter().enumerate() {
///     let op = session.download_snapshot(name, None)?;
///     queue.add(&op, tag as u64)?;
///     ops.push(op);
/// }
/// for tag in &queue {
///     let tag = tag? as usize;
///     println!("{}: {:?}", names[tag], ops[tag].wait()?.path);
/// }
/// # Ok(()) }
/// ```
///
/// hfhub_queue_free: Frees the queue; operations in it are not touched. NULL is fine. Since 0.1.
pub struct Queue(Handle<sys::hfhub_queue>);

/// What [`Queue::next_timeout`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The operation with this tag is complete.
    Tag(u64),
    /// None became complete in that time.
    Pending,
    /// Nothing is outstanding.
    End,
}

impl Queue {
    /// An empty queue.
    ///
    /// hfhub_queue_new: A queue of finished operations. Errors: E_NO_MEMORY. Since 0.1.
    pub fn new() -> Result<Queue> {
        Handle::make(|out, err| unsafe { sys::hfhub_queue_new(out, err) }).map(Queue)
    }

    /// Has the operation reported here, once, under this tag.
    ///
    /// hfhub_queue_add: Reports the operation here, once, when it is complete (at once when it already is). Since 0.1.
    pub fn add<T>(&self, op: &Op<T>, tag: u64) -> Result<()> {
        check(|err| unsafe { sys::hfhub_queue_add(self.0.get(), op.handle().get(), tag, err) }).map(drop)
    }

    /// Waits for the next one; None when nothing is outstanding.
    ///
    /// hfhub_queue_next: The tag of the next finished operation: OK; PENDING after `timeout_ms` (negative: no limit);
    /// END when nothing is outstanding. Since 0.1.
    pub fn next(&self) -> Result<Option<u64>> {
        Ok(match self.ask(-1)? {
            Next::Tag(tag) => Some(tag),
            _ => None,
        })
    }

    /// Waits for so long at most.
    ///
    /// hfhub_queue_next: The tag of the next finished operation: OK; PENDING after `timeout_ms` (negative: no limit);
    /// END when nothing is outstanding. Since 0.1.
    pub fn next_timeout(&self, timeout: Duration) -> Result<Next> {
        self.ask(ffi::milliseconds(timeout))
    }

    fn ask(&self, timeout_ms: i64) -> Result<Next> {
        let mut tag = 0;
        let status = check(|err| unsafe { sys::hfhub_queue_next(self.0.get(), timeout_ms, &mut tag, err) })?;
        Ok(match status {
            sys::HFHUB_OK => Next::Tag(tag),
            sys::HFHUB_PENDING => Next::Pending,
            _ => Next::End,
        })
    }

    /// The tags, until nothing is outstanding or something fails.
    pub fn iter(&self) -> Tags<'_> {
        Tags(Some(self))
    }

    /// A descriptor that polls readable while a finished operation waits to be taken. Nothing is to be read from it.
    ///
    /// hfhub_queue_get_fd: A descriptor that polls readable while a finished operation waits to be taken; never read or
    /// close it. Since 0.1.
    #[cfg(unix)]
    pub fn fd(&self) -> Result<std::os::unix::io::BorrowedFd<'_>> {
        let mut fd = -1;
        check(|err| unsafe { sys::hfhub_queue_get_fd(self.0.get(), &mut fd, err) })?;
        // it is the queue's, and lives as long
        Ok(unsafe { std::os::unix::io::BorrowedFd::borrow_raw(fd as std::os::raw::c_int) })
    }
}

/// The iterator of [`Queue::iter`].
#[derive(Debug)]
pub struct Tags<'a>(Option<&'a Queue>);

impl Iterator for Tags<'_> {
    type Item = Result<u64>;

    fn next(&mut self) -> Option<Result<u64>> {
        let next = self.0?.next().transpose();
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        next
    }
}

impl std::iter::FusedIterator for Tags<'_> {}

impl<'a> IntoIterator for &'a Queue {
    type Item = Result<u64>;
    type IntoIter = Tags<'a>;

    fn into_iter(self) -> Tags<'a> {
        self.iter()
    }
}

#[cfg(unix)]
mod descriptors {
    use super::Queue;
    use std::os::unix::io::{AsFd, AsRawFd, BorrowedFd, RawFd};

    /// As [`Queue::fd`]. Panics when the process has no descriptor left.
    impl AsFd for Queue {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.fd().expect("a descriptor for a queue")
        }
    }

    /// As [`Queue::fd`]. Panics when the process has no descriptor left.
    impl AsRawFd for Queue {
        fn as_raw_fd(&self) -> RawFd {
            self.as_fd().as_raw_fd()
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}
