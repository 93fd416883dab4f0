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
