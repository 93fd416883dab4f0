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

        // `wake` makes a thread that waits look at Ending.
        internal static Thread Start(string name, ThreadStart run, Action wake)
        {
            var thread = new Thread(run) { IsBackground = true, Name = name };
            AppDomain.CurrentDomain.ProcessExit += (sender, about) =>
            {
                ending = true;
                wake();
                if (Thread.CurrentThread != thread) thread.Join(TimeSpan.FromMilliseconds(5 * Limit.SliceMilliseconds));
            };
            thread.Start();
            return thread;
        }
    }
}
