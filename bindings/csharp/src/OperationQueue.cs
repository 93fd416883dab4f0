using System;
using System.Threading;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// Tells which of many operations is over, by tags, without a task for each. Tasks are the more usual way:
    /// <see cref="Operation{T}.AsTask"/>, <see
    /// cref="System.Threading.Tasks.Task.WhenAny(System.Threading.Tasks.Task[])"/>.
    /// </summary>
    public sealed class OperationQueue : IDisposable
    {
        private readonly QueueHandle handle;

        /// <summary>An empty queue.</summary>
        /// <remarks>
        /// hfhub_queue_new: A queue of finished operations. Errors: E_NO_MEMORY. Since 0.1.
        ///
        /// </remarks>
        public OperationQueue() => raw.hfhub_queue_new(out handle);

        /// <summary>Adds an operation.</summary>
        /// <remarks>
        /// hfhub_queue_add: Reports the operation here, once, when it is complete (at once when it already is). Since
        /// 0.1.
        ///
        /// </remarks>
        /// <param name="operation">The operation; it may be over already.</param>
        /// <param name="tag">What <see cref="TryTake"/> gives when it is over.</param>
        public void Add(Operation operation, ulong tag) =>
            raw.hfhub_queue_add(handle, (operation ?? throw new ArgumentNullException(nameof(operation))).Handle, tag);

        internal void Add(OpHandle operation, ulong tag) => raw.hfhub_queue_add(handle, operation, tag);

        /// <summary>Waits for the next operation to be over.</summary>
        /// <remarks>
        /// hfhub_queue_next: The tag of the next finished operation: OK; PENDING after `timeout_ms` (negative: no
        /// limit); END when nothing is outstanding. Since 0.1.
        ///
        /// </remarks>
        /// <param name="tag">Its tag.</param>
        /// <param name="timeout">How long to wait; default: without limit.</param>
        /// <returns>False when the time has passed, or nothing is outstanding.</returns>
        public bool TryTake(out ulong tag, TimeSpan? timeout = null)
        {
            var limit = new Limit(timeout ?? Timeout.InfiniteTimeSpan);
            int status;
            do status = raw.hfhub_queue_next(handle, limit.NextSlice, out tag);
            while (status == raw.HFHUB_PENDING && !limit.Passed);
            return status == raw.HFHUB_OK;
        }

        /// <summary>A descriptor that polls readable while an operation waits to be taken. Neither read nor close
        /// it.</summary>
        /// <remarks>
        /// hfhub_queue_get_fd: A descriptor that polls readable while a finished operation waits to be taken; never
        /// read or close it. Since 0.1.
        ///
        /// </remarks>
        public IntPtr Descriptor
        {
            get
            {
                raw.hfhub_queue_get_fd(handle, out IntPtr descriptor);
                return descriptor;
            }
        }

        /// <summary>Frees the queue; the operations go on.</summary>
        /// <remarks>
        /// hfhub_queue_free: Frees the queue; operations in it are not touched. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }
}
