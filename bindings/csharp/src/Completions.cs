using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    // Completes the tasks of all operations of the process, on one background thread that waits for the library's
    // queue. No thread of the library ever enters the runtime, and continuations never run on this one.
    internal static class Completions
    {
        private static readonly object Lock = new object();
        private static readonly Dictionary<ulong, TaskCompletionSource<bool>> Waiting =
            new Dictionary<ulong, TaskCompletionSource<bool>>();
        private static OperationQueue queue;
        private static ulong lastTag;

        // Done when the operation is over, however it ended.
        internal static Task Of(OpHandle operation)
        {
            var source = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (Lock)
            {
                if (queue == null) Start();
                queue.Add(operation, ++lastTag);
                Waiting.Add(lastTag, source);
                Monitor.Pulse(Lock);
            }
            return source.Task;
        }

        private static void Start()
        {
            queue = new OperationQueue();
            Background.Start("HfHub completions", Run, Lock);
        }

        private static void Run()
        {
            for (;;)
            {
                lock (Lock)
                {
                    while (Waiting.Count == 0 && !Background.Ending) Monitor.Wait(Lock);
                }
                if (Background.Ending) return;
                if (!queue.TryTake(out ulong tag, TimeSpan.FromMilliseconds(Limit.SliceMilliseconds))) continue;
                TaskCompletionSource<bool> source;
                lock (Lock)
                {
                    source = Waiting[tag];
                    Waiting.Remove(tag);
                }
                source.SetResult(true);
            }
        }
    }
}
