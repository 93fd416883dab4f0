using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// A running or finished operation: for waiting on this thread, for progress of its items and for cancelling it.
    /// Most programs need only the methods that give a <see cref="Task{T}"/>.
    /// </summary>
    public abstract class Operation : IDisposable, IAsyncDisposable
    {
        internal readonly OpHandle Handle;
        private Task ended;

        internal Operation(OpHandle handle) => Handle = handle;

        /// <summary>How often progress is reported.</summary>
        public static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

        /// <summary>Whether it is over, however it ended.</summary>
        public bool IsCompleted
        {
            get
            {
                try { return Wait(TimeSpan.Zero); }
                catch (HfHubException) { return true; }
                catch (OperationCanceledException) { return true; }
            }
        }

        /// <summary>Waits for the end on this thread; throws what the operation failed with.</summary>
        public void Wait() => Wait(Timeout.InfiniteTimeSpan);

        /// <summary>Waits for the end, as long as that.</summary>
        /// <remarks>
        /// hfhub_op_wait: Waits until the operation is complete: OK, or its error (a fresh error object at each call),
        /// or PENDING after `timeout_ms` milliseconds. Negative: no limit; every step inside has its own deadline.
        /// Since 0.1.
        ///
        /// </remarks>
        /// <param name="timeout">The limit.</param>
        /// <returns>False when it goes on.</returns>
        public bool Wait(TimeSpan timeout)
        {
            var limit = new Limit(timeout);
            do
            {
                if (raw.hfhub_op_wait(Handle, limit.NextSlice) == raw.HFHUB_OK) return true;
            } while (!limit.Passed);
            return false;
        }

        /// <summary>
        /// Waits for the end and reports on this thread meanwhile, and once at the end. An exception out of the report
        /// cancels the operation and is thrown on when it has ended.
        /// </summary>
        /// <param name="progress">Gets the counters.</param>
        /// <param name="interval">How often; default: <see cref="ProgressInterval"/>.</param>
        public void Wait(IProgress<Progress> progress, TimeSpan? interval = null)
        {
            if (progress == null) throw new ArgumentNullException(nameof(progress));
            try
            {
                while (!EndedWithin(interval ?? ProgressInterval)) progress.Report(Progress);
                progress.Report(Progress);
            }
            catch
            {
                Cancel();
                EndedWithin(Timeout.InfiniteTimeSpan);
                throw;
            }
            Wait();
        }

        private bool EndedWithin(TimeSpan limit)
        {
            try { return Wait(limit); }
            catch (HfHubException) { return true; }
            catch (OperationCanceledException) { return true; }
        }

        /// <summary>
        /// A task that ends when the operation has ended, as <see cref="Operation{T}.AsTask"/>, when the result's type
        /// does not matter.
        /// </summary>
        /// <param name="progress">Gets the counters.</param>
        /// <param name="token">Cancels the operation.</param>
        public abstract Task WaitAsync(IProgress<Progress> progress = null, CancellationToken token = default);

        /// <summary>Asks it to stop; it then soon ends as cancelled. Any thread, any number of times.</summary>
        /// <remarks>
        /// hfhub_op_cancel: Asks the operation to stop: it completes soon with HFHUB_E_CANCELLED unless it is complete
        /// already. Any thread, any number of times, also from a signal handler. What can be resumed stays on disk.
        /// Since 0.1.
        ///
        /// </remarks>
        public void Cancel() => raw.hfhub_op_cancel(Handle);

        /// <summary>A descriptor that polls readable once it is over. Neither read nor close it.</summary>
        /// <remarks>
        /// hfhub_op_get_fd: A descriptor that polls readable once the operation is complete; never read or close it.
        /// Valid until the operation is freed. Errors: E_NO_MEMORY. Since 0.1.
        ///
        /// </remarks>
        public IntPtr Descriptor
        {
            get
            {
                raw.hfhub_op_get_fd(Handle, out IntPtr descriptor);
                return descriptor;
            }
        }

        /// <summary>How far it is.</summary>
        /// <remarks>
        /// hfhub_op_get_progress: Counters of the whole operation. Never blocks. Since 0.1.
        ///
        /// </remarks>
        public Progress Progress
        {
            get
            {
                Progress counters = Progress.New();
                raw.hfhub_op_get_progress(Handle, ref counters);
                return counters;
            }
        }

        /// <summary>Its items, usually files; the list grows while it runs.</summary>
        /// <remarks>
        /// hfhub_op_get_item_count: Items (files) known so far; grows while the operation runs. Since 0.1.
        ///
        /// </remarks>
        public IReadOnlyList<OperationItem> Items => new ItemList(Handle);

        /// <summary>The local file or folder that it made; null before the end or when it makes none.</summary>
        /// <remarks>
        /// hfhub_op_get_path: The local file or folder that the operation made; NULL before it is complete or when it
        /// makes none. Borrowed. Since 0.1.
        ///
        /// </remarks>
        public string Path => raw.hfhub_op_get_path(Handle);

        /// <summary>Its data as JSON; null while it runs.</summary>
        /// <remarks>
        /// hfhub_op_get_json: The operation's data, a handle of its own. Errors: PENDING before it is complete; E_STATE
        /// when it failed or has none. Since 0.1.
        ///
        /// </remarks>
        public Json Json
        {
            get
            {
                int status = raw.hfhub_op_get_json(Handle, out JsonHandle json);
                return status == raw.HFHUB_OK ? new Json(json) : null;
            }
        }

        /// <summary>Lets go of it, cancelling it when it still runs. Waits for nothing.</summary>
        /// <remarks>
        /// hfhub_op_free: Lets go of the operation, cancelling it when it still runs. Never waits. NULL is fine. Since
        /// 0.1.
        ///
        /// </remarks>
        public void Dispose()
        {
            CancelUnlessClosed();
            Handle.Dispose();
        }

        /// <summary>Cancels it when it still runs, waits for its end, and lets go of it.</summary>
        public ValueTask DisposeAsync()
        {
            if (Handle.IsClosed) return default;
            CancelUnlessClosed();
            Task end = Ended();
            Handle.Dispose();
            return new ValueTask(end);
        }

        // A thread that waits keeps the handle until it is done: it must be woken.
        private void CancelUnlessClosed()
        {
            try { if (!Handle.IsClosed) Cancel(); }
            catch (ObjectDisposedException) { }
        }

        internal Task Ended()
        {
            lock (Handle) return ended ?? (ended = Completions.Of(Handle));
        }

        private sealed class ItemList : IReadOnlyList<OperationItem>
        {
            private readonly OpHandle handle;

            internal ItemList(OpHandle handle) => this.handle = handle;

            public int Count => checked((int)raw.hfhub_op_get_item_count(handle));

            public OperationItem this[int index]
            {
                get
                {
                    if (index < 0 || index >= Count) throw new ArgumentOutOfRangeException(nameof(index));
                    return new OperationItem(handle, (ulong)index);
                }
            }

            public IEnumerator<OperationItem> GetEnumerator()
            {
                for (int i = 0; i < Count; ++i) yield return this[i];
            }

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
        }
    }

    /// <summary>An item of an operation as it was when it was asked for.</summary>
    public readonly struct OperationItem
    {
        internal OperationItem(OpHandle handle, ulong index)
        {
            Name = raw.hfhub_op_get_item_name(handle, index);
            Progress counters = Progress.New();
            raw.hfhub_op_get_item_progress(handle, index, ref counters);
            Progress = counters;
        }

        /// <summary>Its path in the repository.</summary>
        /// <remarks>
        /// hfhub_op_get_item_name: Name of an item, its path in the repository; NULL past the end. Borrowed. Since 0.1.
        ///
        /// </remarks>
        public string Name { get; }

        /// <summary>Its state and counters.</summary>
        /// <remarks>
        /// hfhub_op_get_item_progress: Counters of one item. Errors: E_ARGUMENT past the end. Since 0.1.
        ///
        /// </remarks>
        public Progress Progress { get; }
    }

    /// <summary>An operation and the type of its result. It can be awaited.</summary>
    /// <typeparam name="T">The result.</typeparam>
    public sealed class Operation<T> : Operation
    {
        private readonly Func<Operation, T> read;

        internal Operation(OpHandle handle, Func<Operation, T> read) : base(handle) => this.read = read;

        /// <summary>Waits for the end on this thread and gives the result.</summary>
        public T Result
        {
            get
            {
                Wait();
                return read(this);
            }
        }

        /// <summary>
        /// A task for the result. It ends, also as cancelled, only when the operation has ended. It does not need this
        /// object any more, but disposing this object cancels the operation.
        /// </summary>
        /// <param name="progress">Gets the counters about ten times a second and once at the end, before the task ends;
        /// never two calls at once. <see cref="Progress{T}"/> brings them to the context that made it.</param>
        /// <param name="token">Cancels the operation.</param>
        public Task<T> AsTask(IProgress<Progress> progress = null, CancellationToken token = default)
        {
            bool held = false;
            Handle.DangerousAddRef(ref held);
            return Follow(progress, token);
        }

        /// <summary>The same as <see cref="AsTask"/>.</summary>
        /// <param name="progress">Gets the counters.</param>
        /// <param name="token">Cancels the operation.</param>
        public override Task WaitAsync(IProgress<Progress> progress = null, CancellationToken token = default) =>
            AsTask(progress, token);

        // Owns one reference of the handle, so that Dispose meanwhile only cancels.
        private async Task<T> Follow(IProgress<Progress> progress, CancellationToken token)
        {
            try
            {
                using (token.Register(Cancel))
                {
                    Task end = Ended();
                    if (progress != null) await Report(end, progress).ConfigureAwait(false);
                    await end.ConfigureAwait(false);
                }
                return Outcome(token);
            }
            finally { Handle.DangerousRelease(); }
        }

        private async Task Report(Task end, IProgress<Progress> progress)
        {
            try
            {
                while (await Task.WhenAny(end, Task.Delay(ProgressInterval)).ConfigureAwait(false) != end)
                    progress.Report(Progress);
                progress.Report(Progress);
            }
            catch
            {
                raw.hfhub_op_cancel(Handle);
                await end.ConfigureAwait(false);
                throw;
            }
        }

        private T Outcome(CancellationToken token)
        {
            try { return Result; }
            catch (OperationCanceledException cancelled) when (token.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancelled.Message, cancelled.InnerException, token);
            }
        }

        /// <summary>For await.</summary>
        public TaskAwaiter<T> GetAwaiter() => AsTask().GetAwaiter();
    }
}
