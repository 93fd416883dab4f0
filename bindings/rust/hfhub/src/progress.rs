use hfhub_sys as sys;
use std::time::Duration;

/// How far one item (file) of an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum ItemState {
    /// Its turn has not come; also for the progress of a whole operation.
    Waiting,
    /// It is worked on.
    Running,
    /// It is complete.
    Done,
    /// It has an error.
    Failed,
    /// It was on disk already.
    Cached,
}

/// Counters, as they are at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Progress {
    /// Of an item.
    pub state: ItemState,
    /// Finished items, cached ones included.
    pub items_done: u32,
    /// Items known so far.
    pub items_total: u32,
    /// Of `items_done`: were on disk already.
    pub items_cached: u32,
    /// Bytes of content, resumed ones included.
    pub bytes_done: u64,
    /// Bytes of content known so far; 0 when unknown.
    pub bytes_total: u64,
    /// Of `bytes_done`: were on disk from an earlier, broken download.
    pub resumed_bytes: u64,
    /// Bytes moved over the network, repeats included.
    pub wire_bytes: u64,
    /// Recent speed.
    pub rate_bytes_per_s: u64,
    /// Since it began.
    pub elapsed: Duration,
}

impl Progress {
    /// Asks C, which fills as much as `struct_size` says.
    pub(crate) fn ask<E>(question: impl FnOnce(*mut sys::hfhub_progress) -> Result<i32, E>) -> Result<Progress, E> {
        let mut raw = sys::hfhub_progress {
            struct_size: std::mem::size_of::<sys::hfhub_progress>() as u32,
            ..Default::default()
        };
        question(&mut raw)?;
        Ok(Progress::from_raw(&raw))
    }

    pub(crate) fn from_raw(raw: &sys::hfhub_progress) -> Progress {
        Progress {
            state: match raw.state as i32 {
                sys::HFHUB_ITEM_RUNNING => ItemState::Running,
                sys::HFHUB_ITEM_DONE => ItemState::Done,
                sys::HFHUB_ITEM_FAILED => ItemState::Failed,
                sys::HFHUB_ITEM_CACHED => ItemState::Cached,
                _ => ItemState::Waiting,
            },
            items_done: raw.items_done,
            items_total: raw.items_total,
            items_cached: raw.items_cached,
            bytes_done: raw.bytes_done,
            bytes_total: raw.bytes_total,
            resumed_bytes: raw.resumed_bytes,
            wire_bytes: raw.wire_bytes,
            rate_bytes_per_s: raw.rate_bytes_per_s,
            elapsed: Duration::from_millis(u64::try_from(raw.elapsed_ms).unwrap_or(0)),
        }
    }

    /// The share that is done, 0 to 1; None while the total is unknown.
    pub fn fraction(&self) -> Option<f64> {
        match self.bytes_total {
            0 => None,
            total => Some((self.bytes_done as f64 / total as f64).min(1.0)),
        }
    }
}
