using System;
using System.Threading;

namespace HfHub
{
    // The threads that this library keeps in the background. Mono may abort a process that ends while a thread comes back
    // from native code, so they end first; each looks at Ending at least every slice.
    internal static class Background
    {
        private static volatile bool ending;

        internal static bool Ending => ending;

        // A thread that waits for `gate` looks at Ending when it is pulsed.
        internal static Thread Start(string name, ThreadStart run, object gate)
        {
            var thread = new Thread(run) { IsBackground = true, Name = name };
            AppDomain.CurrentDomain.ProcessExit += (sender, about) =>
            {
                ending = true;
                lock (gate) Monitor.PulseAll(gate);
                if (Thread.CurrentThread != thread) thread.Join(TimeSpan.FromMilliseconds(5 * Limit.SliceMilliseconds));
            };
            thread.Start();
            return thread;
        }
    }
}
