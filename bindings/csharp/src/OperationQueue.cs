using System;
using System.Threading;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>
    /// Tells which of many operations is over, by tags, without a task for each. Tasks are the more usual way:
    /// <see cref="Operation{T}.AsTask"/>, <see cref="System.Threading.Tasks.Task.WhenAny(System.Threading.Tasks.Task[])"/>.
    /// </summary>
    public sealed class OperationQueue : IDisposable
    {
        private readonly QueueHandle handle;

        /// <summary>An empty queue.</summary>
        /// <remarks>
        /// hfhub_queue_new:
        ///
        /// </remarks>
        public OperationQueue() => raw.hfhub_queue_new(out handle);

        /// <summary>Adds an operation.</summary>
        /// <remarks>
        /// hfhub_queue_add:
        ///
        /// </remarks>
        /// <param name="operation">The operation; it may be over already.</param>
        /// <param name="tag">What <see cref="TryTake"/> gives when it is over.</param>
        public void Add(Operation operation, ulong tag) =>
            raw.hfhub_queue_add(handle, (operation ?? throw new ArgumentNullException(nameof(operation))).Handle, tag);

        internal void Add(OpHandle operation, ulong tag) => raw.hfhub_queue_add(handle, operation, tag);

        /// <summary>Waits for the next operation to be over.</summary>
        /// <remarks>
        /// hfhub_queue_next:
        ///
        /// </remarks>
        /// <param name="tag">Its tag.</param>
        /// <param name="timeout">How long to wait; default: without limit.</param>
        /// <returns>False when the time has passed, or nothing is outstanding.</returns>
        public bool TryTake(out ulong tag, TimeSpan? timeout = null) =>
            raw.hfhub_queue_next(handle, Operation.Milliseconds(timeout ?? Timeout.InfiniteTimeSpan), out tag) ==
            raw.HFHUB_OK;

        /// <summary>A descriptor that polls readable while an operation waits to be taken. Neither read nor close it.</summary>
        /// <remarks>
        /// hfhub_queue_get_fd:
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
        /// hfhub_queue_free:
        ///
        /// </remarks>
        public void Dispose() => handle.Dispose();
    }
}
