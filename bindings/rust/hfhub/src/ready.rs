//! Who is told when an operation is complete: the one callback that C takes, shared out to wakers and closures.

use crate::error::Result;
use crate::ffi::{check, Handle};
use hfhub_sys as sys;
use std::mem;
use std::os::raw::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;

type Callback = Box<dyn FnOnce() + Send>;

#[derive(Default)]
pub(crate) struct Ready(Mutex<State>);

#[derive(Default)]
struct State {
    registered: bool,
    done: bool,
    waker: Option<Waker>,
    callbacks: Vec<Callback>,
}

impl Ready {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Makes C call [`Ready`], once; further calls do nothing.
    pub(crate) fn register(self: &Arc<Self>, op: &Handle<sys::hfhub_op>) -> Result<()> {
        if mem::replace(&mut self.state().registered, true) {
            return Ok(());
        }
        // without the lock: C calls back from inside when the operation is complete
        let user_data = Arc::into_raw(self.clone()) as *mut c_void;
        let done =
            check(|err| unsafe { sys::hfhub_op_set_ready(op.get(), Some(on_ready), user_data, Some(release), err) });
        done.map(drop).map_err(|error| {
            unsafe { release(user_data) } // C took nothing over
            self.state().registered = false;
            error
        })
    }

    /// Whom to wake: the last one that asked, as the contract of futures has it.
    pub(crate) fn wake(&self, waker: &Waker) {
        let mut state = self.state();
        if !state.waker.as_ref().map_or(false, |kept| kept.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
    }

    /// Calls `callback` when the operation is complete, which may be now.
    pub(crate) fn call(&self, callback: Callback) {
        let mut state = self.state();
        if state.done {
            drop(state);
            callback();
        } else {
            state.callbacks.push(callback);
        }
    }

    fn complete(&self) {
        let (waker, callbacks) = {
            let mut state = self.state();
            state.done = true;
            (state.waker.take(), mem::take(&mut state.callbacks))
        };
        // each on its own: a panic of one must reach neither the next nor C
        for callback in callbacks {
            let _ = catch_unwind(AssertUnwindSafe(callback));
        }
        if let Some(waker) = waker {
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }
}

unsafe extern "C" fn on_ready(user_data: *mut c_void) {
    (*(user_data as *const Ready)).complete();
}

unsafe extern "C" fn release(user_data: *mut c_void) {
    let _ = catch_unwind(|| drop(Arc::from_raw(user_data as *const Ready)));
}

// Without C, whose part these play: Miri runs them, too.
#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn registered() -> (Arc<Ready>, *mut c_void) {
        let ready: Arc<Ready> = Arc::default();
        let user_data = Arc::into_raw(ready.clone()) as *mut c_void;
        (ready, user_data)
    }

    #[test]
    fn all_are_told_once_and_nothing_is_kept() {
        let (ready, user_data) = registered();
        let (told, woken) = (Arc::new(Count::default()), Arc::new(Count::default()));
        let (first, second) = (told.clone(), told.clone());
        ready.call(Box::new(move || first.wake()));
        ready.call(Box::new(|| panic!("in a callback, as it should be")));
        ready.call(Box::new(move || second.wake()));
        ready.wake(&Waker::from(Arc::new(Count::default()))); // replaced by the next
        ready.wake(&Waker::from(woken.clone()));
        ready.wake(&Waker::from(woken.clone()));
        let theirs = ready.clone();
        std::thread::spawn(move || theirs.complete()).join().unwrap();
        unsafe { on_ready(user_data) }; // a second time would find nobody
        assert_eq!((told.0.load(Ordering::SeqCst), woken.0.load(Ordering::SeqCst)), (2, 1));
        let late = told.clone();
        ready.call(Box::new(move || late.wake()));
        assert_eq!(told.0.load(Ordering::SeqCst), 3);
        unsafe { release(user_data) };
        assert_eq!((Arc::strong_count(&ready), Arc::strong_count(&told), Arc::strong_count(&woken)), (1, 1, 1));
    }

    #[test]
    fn what_never_happens_is_released_all_the_same() {
        let (ready, user_data) = registered();
        let held = Arc::new(Count::default());
        let theirs = held.clone();
        ready.call(Box::new(move || theirs.wake()));
        drop(ready);
        assert_eq!(Arc::strong_count(&held), 2);
        unsafe { release(user_data) };
        assert_eq!((Arc::strong_count(&held), held.0.load(Ordering::SeqCst)), (1, 0));
    }
}
