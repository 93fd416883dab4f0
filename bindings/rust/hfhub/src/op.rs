use crate::error::Result;
use crate::ffi::{self, check, Err, Handle};
use crate::progress::Progress;
use crate::ready::Ready;
use crate::Json;
use hfhub_sys as sys;
use std::fmt;
use std::future::Future;
use std::os::raw::c_void;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

/// Something slow that runs in the background, and its result.
///
/// Everything that takes time returns one, running. Then there are three ways:
///
/// * wait for it here: [`wait`](Op::wait), [`wait_timeout`](Op::wait_timeout), [`wait_progress`](Op::wait_progress);
/// * `.await` it in any async runtime: it wakes the task by itself and needs no reactor and no thread;
/// * put it into a [`Queue`](crate::Queue), or its descriptor ([`fd`](Op::fd), [`AsFd`](std::os::unix::io::AsFd)) into an
///   event loop.
///
/// Dropping it cancels what still runs; what can be resumed stays on disk. It may be shared between threads.
///
/// hfhub_op_free: Lets go of the operation, cancelling it when it still runs. Never waits. NULL is fine. Since 0.1.
#[must_use = "dropping an operation cancels it"]
pub struct Op<T> {
    shared: CancelOnDrop,
    outcome: fn(&OpHandle) -> Result<T>,
}

struct Shared {
    handle: OpHandle,
    ready: Arc<Ready>,
}

struct CancelOnDrop(Arc<Shared>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        // a Canceller on another thread may hold the handle for a moment longer
        unsafe { sys::hfhub_op_cancel(self.0.handle.0.get()) }
    }
}

/// What outcomes are read from, once the operation has succeeded.
pub(crate) struct OpHandle(Handle<sys::hfhub_op>);

impl OpHandle {
    pub(crate) fn path(&self) -> Option<&Path> {
        unsafe { ffi::borrowed_path(sys::hfhub_op_get_path(self.0.get())) }
    }

    pub(crate) fn json(&self) -> Result<Json> {
        Handle::make(|out, err| unsafe { sys::hfhub_op_get_json(self.0.get(), out, err) }).map(Json::from_handle)
    }
}

impl<T> Op<T> {
    /// Calls `call(&mut out, &mut err)`, which starts an operation, and reads its result by `outcome` later.
    pub(crate) fn start(
        outcome: fn(&OpHandle) -> Result<T>,
        call: impl FnOnce(*mut *mut sys::hfhub_op, Err) -> sys::hfhub_status,
    ) -> Result<Op<T>> {
        let handle = Handle::make(call).map(OpHandle)?;
        Ok(Op { shared: CancelOnDrop(Arc::new(Shared { handle, ready: Arc::default() })), outcome })
    }

    fn raw(&self) -> *mut sys::hfhub_op {
        self.shared.0.handle.0.get()
    }

    pub(crate) fn handle(&self) -> &Handle<sys::hfhub_op> {
        &self.shared.0.handle.0
    }

    /// The same operation, with its whole JSON as the result.
    pub fn into_json(self) -> Op<Json> {
        Op { shared: self.shared, outcome: OpHandle::json }
    }

    // ---- its end ---------------------------------------------------------------------------------------------------

    /// Waits until it is complete. May be asked again.
    ///
    /// hfhub_op_wait: Waits until the operation is complete: OK, or its error (a fresh error object at each call), or
    /// PENDING after `timeout_ms` milliseconds. Negative: no limit; every step inside has its own deadline. Since 0.1.
    pub fn wait(&self) -> Result<T> {
        check(|err| unsafe { sys::hfhub_op_wait(self.raw(), -1, err) })?;
        (self.outcome)(&self.shared.0.handle)
    }

    /// Waits for so long at most; None when it was not complete by then.
    ///
    /// hfhub_op_wait: Waits until the operation is complete: OK, or its error (a fresh error object at each call), or
    /// PENDING after `timeout_ms` milliseconds. Negative: no limit; every step inside has its own deadline. Since 0.1.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<Option<T>> {
        let timeout_ms = ffi::milliseconds(timeout);
        match check(|err| unsafe { sys::hfhub_op_wait(self.raw(), timeout_ms, err) })? {
            sys::HFHUB_OK => (self.outcome)(&self.shared.0.handle).map(Some),
            _ => Ok(None),
        }
    }

    /// Waits until it is complete, and meanwhile calls `report` on this thread, every `interval` and once at the end. A panic
    /// in `report` cancels the operation, and goes on once that has ended.
    ///
    /// hfhub_op_wait_progress: Like hfhub_op_wait without limit; meanwhile calls `progress_fn` on this thread every
    /// `interval_ms` milliseconds (at least 10) and once at the end. Since 0.1.
    pub fn wait_progress(&self, interval: Duration, report: impl FnMut(&Progress)) -> Result<T> {
        let mut reporter = Reporter { report, panic: None, op: self.raw() };
        let call = progress_function(&reporter);
        let user_data: *mut Reporter<_> = &mut reporter;
        let interval_ms = ffi::milliseconds(interval);
        let status = check(|err| unsafe {
            sys::hfhub_op_wait_progress(self.raw(), interval_ms, Some(call), user_data.cast(), err)
        });
        if let Some(panic) = reporter.panic {
            resume_unwind(panic);
        }
        status?;
        (self.outcome)(&self.shared.0.handle)
    }

    /// Whether it is complete, well or not.
    pub fn is_done(&self) -> bool {
        !matches!(check(|err| unsafe { sys::hfhub_op_wait(self.raw(), 0, err) }), Ok(sys::HFHUB_PENDING))
    }

    /// Asks it to stop, and returns at once: [`wait`](Op::wait) (or `.await`) then gives
    /// [`Cancelled`](crate::ErrorKind::Cancelled) when it has, or its result when it was faster.
    ///
    /// hfhub_op_cancel: Asks the operation to stop: it completes soon with HFHUB_E_CANCELLED unless it is complete
    /// already. Any thread, any number of times, also from a signal handler. What can be resumed stays on disk. Since
    /// 0.1.
    pub fn cancel(&self) {
        unsafe { sys::hfhub_op_cancel(self.raw()) }
    }

    /// Something for other threads that can do nothing but cancel this.
    pub fn canceller(&self) -> Canceller {
        let shared: Weak<Shared> = Arc::downgrade(&self.shared.0);
        Canceller::new(move || {
            if let Some(shared) = shared.upgrade() {
                unsafe { sys::hfhub_op_cancel(shared.handle.0.get()) }
            }
        })
    }

    /// Calls `callback` once, when it is complete: on a thread of the library, or here and now when it is complete already.
    /// The callback must be quick: send a message, wake somebody. Several may be given.
    ///
    /// hfhub_op_set_ready: Registers the one-shot ready callback; `user_data_free` (may be NULL) is called with
    /// `user_data` afterwards or when the operation is freed before. After an error nothing is called: it stays the
    /// caller's. Errors: E_STATE when there is one already; E_NO_MEMORY. Since 0.1.
    pub fn on_ready(&self, callback: impl FnOnce() + Send + 'static) -> Result<()> {
        self.shared.0.ready.register(self.handle())?;
        self.shared.0.ready.call(Box::new(callback));
        Ok(())
    }

    /// A descriptor that polls readable once it is complete. Nothing is to be read from it.
    ///
    /// hfhub_op_get_fd: A descriptor that polls readable once the operation is complete; never read or close it. Valid
    /// until the operation is freed. Errors: E_NO_MEMORY. Since 0.1.
    #[cfg(unix)]
    pub fn fd(&self) -> Result<std::os::unix::io::BorrowedFd<'_>> {
        let mut fd = -1;
        check(|err| unsafe { sys::hfhub_op_get_fd(self.raw(), &mut fd, err) })?;
        // it is the operation's, and lives as long
        Ok(unsafe { std::os::unix::io::BorrowedFd::borrow_raw(fd as std::os::raw::c_int) })
    }

    // ---- meanwhile -------------------------------------------------------------------------------------------------

    /// Counters of the whole operation. Never blocks.
    ///
    /// hfhub_op_get_progress: Counters of the whole operation. Never blocks. Since 0.1.
    pub fn progress(&self) -> Result<Progress> {
        Progress::ask(|out| check(|err| unsafe { sys::hfhub_op_get_progress(self.raw(), out, err) }))
    }

    /// How many items (files) are known so far.
    ///
    /// hfhub_op_get_item_count: Items (files) known so far; grows while the operation runs. Since 0.1.
    pub fn item_count(&self) -> usize {
        unsafe { sys::hfhub_op_get_item_count(self.raw()) }
    }

    /// One item; None past the end.
    ///
    /// hfhub_op_get_item_name: Name of an item, its path in the repository; NULL past the end. Borrowed. Since 0.1.
    ///
    /// hfhub_op_get_item_progress: Counters of one item. Errors: E_ARGUMENT past the end. Since 0.1.
    pub fn item(&self, index: usize) -> Result<Option<Item<'_>>> {
        let name = unsafe { ffi::borrowed_str(sys::hfhub_op_get_item_name(self.raw(), index)) };
        name.map(|name| {
            let progress = Progress::ask(|out| {
                check(|err| unsafe { sys::hfhub_op_get_item_progress(self.raw(), index, out, err) })
            })?;
            Ok(Item { index, name, progress })
        })
        .transpose()
    }

    /// All items that are known now.
    pub fn items(&self) -> impl Iterator<Item = Result<Item<'_>>> {
        (0..self.item_count()).filter_map(move |index| self.item(index).transpose())
    }

    /// The local file or folder that it made, once it is complete.
    ///
    /// hfhub_op_get_path: The local file or folder that the operation made; NULL before it is complete or when it makes
    /// none. Borrowed. Since 0.1.
    pub fn path(&self) -> Option<&Path> {
        unsafe { ffi::borrowed_path(sys::hfhub_op_get_path(self.raw())) }
    }

    /// Its whole result, also where a type of this crate shows only a part of it; None before it is complete.
    ///
    /// hfhub_op_get_json: The operation's data, a handle of its own. Errors: PENDING before it is complete; E_STATE
    /// when it failed or has none. Since 0.1.
    pub fn json(&self) -> Result<Option<Json>> {
        let mut out = std::ptr::null_mut();
        check(|err| unsafe { sys::hfhub_op_get_json(self.raw(), &mut out, err) })?;
        Ok(Handle::own(out).map(Json::from_handle))
    }
}

/// A file of an operation.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Item<'a> {
    /// Its number in the operation.
    pub index: usize,
    /// Its path in the repository.
    pub name: &'a str,
    /// How far it is.
    pub progress: Progress,
}

/// Ready once the operation is complete; may be polled again then, and gives the same. Dropping it cancels the operation.
impl<T> Future for Op<T> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let shared = &self.shared.0;
        // the waker first, then the question: an end in between is seen by one of the two
        shared.ready.wake(context.waker());
        shared.ready.register(&shared.handle.0)?;
        match self.wait_timeout(Duration::ZERO) {
            Ok(Some(result)) => Poll::Ready(Ok(result)),
            Ok(None) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

#[cfg(unix)]
mod descriptors {
    use super::Op;
    use std::os::unix::io::{AsFd, AsRawFd, BorrowedFd, RawFd};

    /// As [`Op::fd`]. Panics when the process has no descriptor left.
    impl<T> AsFd for Op<T> {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.fd().expect("a descriptor for an operation")
        }
    }

    /// As [`Op::fd`]. Panics when the process has no descriptor left.
    impl<T> AsRawFd for Op<T> {
        fn as_raw_fd(&self) -> RawFd {
            self.as_fd().as_raw_fd()
        }
    }
}

impl<T> fmt::Debug for Op<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Op").field("done", &self.is_done()).finish_non_exhaustive()
    }
}

/// Cancels what it was made for, from any thread; holds nothing alive. Clones do the same.
#[derive(Clone)]
pub struct Canceller(Arc<dyn Fn() + Send + Sync>);

impl Canceller {
    pub(crate) fn new(cancel: impl Fn() + Send + Sync + 'static) -> Canceller {
        Canceller(Arc::new(cancel))
    }

    /// Asks it to stop, and returns at once. Does nothing when it is over, or dropped.
    pub fn cancel(&self) {
        (self.0)()
    }
}

impl fmt::Debug for Canceller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Canceller")
    }
}

// ---- progress, reported on the caller's thread ------------------------------------------------------------------------

struct Reporter<F> {
    report: F,
    panic: Option<Box<dyn std::any::Any + Send>>,
    op: *mut sys::hfhub_op,
}

/// The C function for this kind of closure.
fn progress_function<F: FnMut(&Progress)>(
    _: &Reporter<F>,
) -> unsafe extern "C" fn(*const sys::hfhub_progress, *mut c_void) {
    report_progress::<F>
}

unsafe extern "C" fn report_progress<F: FnMut(&Progress)>(
    progress: *const sys::hfhub_progress,
    user_data: *mut c_void,
) {
    let reporter = &mut *user_data.cast::<Reporter<F>>();
    if reporter.panic.is_some() {
        return;
    }
    let progress = Progress::from_raw(&*progress);
    // nothing may unwind through C
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (reporter.report)(&progress))) {
        reporter.panic = Some(panic);
        sys::hfhub_op_cancel(reporter.op);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_reach_the_closure() {
        let mut seen = Vec::new();
        let mut reporter = Reporter {
            report: |progress: &Progress| seen.push(progress.bytes_done),
            panic: None,
            op: std::ptr::null_mut(),
        };
        let call = progress_function(&reporter);
        let user_data: *mut Reporter<_> = &mut reporter;
        for bytes_done in [1, 2] {
            let raw = sys::hfhub_progress { bytes_done, ..Default::default() };
            unsafe { call(&raw, user_data.cast()) };
        }
        assert!(reporter.panic.is_none());
        assert_eq!(seen, [1, 2]);
    }
}
