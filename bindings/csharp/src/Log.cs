using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>How much a log line matters.</summary>
    public enum LogLevel
    {
        /// <summary>For those who look for a fault.</summary>
        Debug = raw.HFHUB_LOG_DEBUG,
        /// <summary>What happens.</summary>
        Info = raw.HFHUB_LOG_INFO,
        /// <summary>Something is not as it should be.</summary>
        Warning = raw.HFHUB_LOG_WARNING,
        /// <summary>Something failed.</summary>
        Error = raw.HFHUB_LOG_ERROR
    }

    // Log lines. The library's threads leave them in a ring of the glue, one background thread takes them out: nothing
    // native enters the runtime.
    internal static class Log
    {
        private static readonly object Lock = new object();
        private static readonly Dictionary<ulong, Action<LogLevel, string>> Hooks =
            new Dictionary<ulong, Action<LogLevel, string>>();
        private static Thread reader;
        private static ulong lastKey, delivered;

        // The key under which `hook` gets lines, until Forget.
        internal static ulong Add(Action<LogLevel, string> hook)
        {
            lock (Lock)
            {
                if (reader == null)
                {
                    reader = Background.Start("HfHub log", Run, Lock);
                }
                Hooks.Add(++lastKey, hook);
                Monitor.PulseAll(Lock);
                return lastKey;
            }
        }

        internal static void Set(SessionOptionsHandle options, ulong key)
        {
            int status = Glue.hfhub_cs_set_log_hook(options, key);
            if (status < 0) throw HfHubException.Take(status);
        }

        internal static void Forget(ulong key)
        {
            lock (Lock) Hooks.Remove(key);
        }

        // Waits until all lines that were written so far have been delivered.
        internal static void Flush()
        {
            ulong written = Glue.hfhub_cs_log_get_written();
            if (Thread.CurrentThread == reader) return;
            lock (Lock)
            {
                while (delivered < written && !Background.Ending) Monitor.Wait(Lock);
            }
        }

        private static void Run()
        {
            for (;;)
            {
                lock (Lock)
                {
                    while (Hooks.Count == 0 && delivered == Glue.hfhub_cs_log_get_written() && !Background.Ending)
                        Monitor.Wait(Lock);
                }
                if (Background.Ending) return;
                IntPtr line = Glue.hfhub_cs_log_next(Limit.SliceMilliseconds, out ulong key, out int level,
                    out ulong lost);
                if (line == IntPtr.Zero) continue;
                string text = Text.TakeCopy(line);
                Action<LogLevel, string> hook;
                lock (Lock) Hooks.TryGetValue(key, out hook);
                if (hook != null)
                {
                    if (lost > 0) Deliver(hook, (int)LogLevel.Warning, $"{lost} log lines were lost");
                    Deliver(hook, level, text);
                }
                lock (Lock)
                {
                    ++delivered;
                    Monitor.PulseAll(Lock);
                }
            }
        }

        // What a hook throws must not end the process.
        private static void Deliver(Action<LogLevel, string> hook, int level, string text)
        {
            try { hook((LogLevel)level, text); }
            catch (Exception) { }
        }
    }
}
