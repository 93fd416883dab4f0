//! Feature `stream`: `futures_core::Stream` without a runtime.

use crate::error::Result;
use crate::{Canceller, Op, XetStream};
use futures_core::Stream;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Many operations as a stream of `(number, result)`, in the order in which they end. Dropping it cancels what still runs.
pub struct Completions<T> {
    ops: Vec<Option<Op<T>>>,
    ended: Arc<Mutex<Ended>>,
    outstanding: usize,
}

#[derive(Default)]
struct Ended {
    numbers: VecDeque<usize>,
    waker: Option<Waker>,
}

impl<T> Completions<T> {
    /// None yet.
    pub fn new() -> Completions<T> {
        Completions { ops: Vec::new(), ended: Arc::default(), outstanding: 0 }
    }

    /// Adds one. Returns its number, which counts from 0.
    pub fn push(&mut self, op: Op<T>) -> Result<usize> {
        let number = self.ops.len();
        let ended = self.ended.clone();
        op.on_ready(move || {
            let waker = {
                let mut ended = lock(&ended);
                ended.numbers.push_back(number);
                ended.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        })?;
        self.ops.push(Some(op));
        self.outstanding += 1;
        Ok(number)
    }

    /// Those that have not been given out.
    pub fn outstanding(&self) -> usize {
        self.outstanding
    }

    /// Asks an operation to stop; the stream still gives its end.
    pub fn cancel(&self, number: usize) {
        if let Some(Some(op)) = self.ops.get(number) {
            op.cancel();
        }
    }
}

impl<T> Default for Completions<T> {
    fn default() -> Self {
        Completions::new()
    }
}

impl<T> Stream for Completions<T> {
    type Item = (usize, Result<T>);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let number = {
            let mut ended = lock(&self.ended);
            match ended.numbers.pop_front() {
                Some(number) => number,
                None if self.outstanding == 0 => return Poll::Ready(None),
                None => {
                    ended.waker = Some(context.waker().clone());
                    return Poll::Pending;
                }
            }
        };
        self.outstanding -= 1;
        // complete: this waits for nothing
        Poll::Ready(self.ops[number].take().map(|op| (number, op.wait())))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.outstanding, Some(self.outstanding))
    }
}

impl<T> fmt::Debug for Completions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completions").field("outstanding", &self.outstanding).finish_non_exhaustive()
    }
}

/// How many pieces may wait for a reader: enough to overlap, too few to pile up.
const AHEAD: usize = 4;

type OwnedPiece = Result<(u64, Vec<u8>)>;

/// The pieces of a [`XetStream`] as a stream of `(offset, bytes)`, pulled by a thread of its own, a few ahead. Dropping it
/// cancels the stream.
pub struct AsyncPieces {
    shared: Arc<Shared>,
    canceller: Canceller,
}

#[derive(Default)]
struct Shared {
    state: Mutex<PiecesState>,
    room: Condvar,
}

#[derive(Default)]
struct PiecesState {
    pieces: VecDeque<OwnedPiece>,
    ended: bool,
    abandoned: bool,
    waker: Option<Waker>,
}

impl XetStream {
    /// The same for async programs.
    pub fn into_stream(mut self) -> AsyncPieces {
        let canceller = self.canceller();
        let shared: Arc<Shared> = Arc::default();
        let theirs = shared.clone();
        std::thread::spawn(move || {
            for piece in self.pieces() {
                if !theirs.give(piece) {
                    return;
                }
            }
            theirs.end();
        });
        AsyncPieces { shared, canceller }
    }
}

impl Shared {
    /// Waits for room; false when nobody reads any more.
    fn give(&self, piece: OwnedPiece) -> bool {
        let mut state = lock(&self.state);
        while state.pieces.len() >= AHEAD && !state.abandoned {
            state = self.room.wait(state).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        if state.abandoned {
            return false;
        }
        state.pieces.push_back(piece);
        wake(state);
        true
    }

    fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        wake(state);
    }
}

fn wake(mut state: MutexGuard<'_, PiecesState>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Stream for AsyncPieces {
    type Item = OwnedPiece;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<OwnedPiece>> {
        let mut state = lock(&self.shared.state);
        match state.pieces.pop_front() {
            Some(piece) => {
                self.shared.room.notify_one();
                Poll::Ready(Some(piece))
            }
            None if state.ended => Poll::Ready(None),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for AsyncPieces {
    fn drop(&mut self) {
        lock(&self.shared.state).abandoned = true;
        self.shared.room.notify_one();
        self.canceller.cancel();
    }
}

impl fmt::Debug for AsyncPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncPieces")
    }
}
