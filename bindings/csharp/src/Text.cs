// Strings and the hand-written part of the raw layer.
using System;
using System.Runtime.InteropServices;

namespace HfHub.Raw
{
    internal static class Text
    {
        internal const UnmanagedType Utf8 = UnmanagedType.LPUTF8Str;

        // C ends a text at its first NUL: such a text would silently become another one.
        internal static string Checked(string value)
        {
            if (value != null && value.IndexOf('\0') >= 0)
                throw new ArgumentException("a text must not contain NUL characters");
            return value;
        }

        // A string that the library made for us.
        internal static string Take(IntPtr owned)
        {
            if (owned == IntPtr.Zero) return null;
            try { return Marshal.PtrToStringUTF8(owned); }
            finally { Glue.hfhub_cs_string_free(owned); }
        }

        // A copy that the glue made of a borrowed string.
        internal static string TakeCopy(IntPtr copy)
        {
            if (copy == IntPtr.Zero) return null;
            try { return Marshal.PtrToStringUTF8(copy); }
            finally { Glue.hfhub_cs_copy_free(copy); }
        }
    }

    // What hfhub_xet_stream_next gives.
    [StructLayout(LayoutKind.Sequential)]
    internal struct Piece
    {
        internal IntPtr Data;
        internal UIntPtr Size;
    }

    // The functions that csharp.swgi defines in C.
    internal static class Glue
    {
        private const string Library = "hfhub_cs";

        [DllImport(Library)]
        internal static extern IntPtr hfhub_cs_take_error();
        [DllImport(Library)]
        internal static extern void hfhub_cs_string_free(IntPtr owned);
        [DllImport(Library)]
        internal static extern void hfhub_cs_copy_free(IntPtr copy);
        [DllImport(Library)]
        internal static extern int hfhub_cs_set_log_hook(SessionOptionsHandle options, ulong hook);
        [DllImport(Library)]
        internal static extern IntPtr hfhub_cs_log_next(long timeoutMs, out ulong hook, out int level, out ulong lost);
        [DllImport(Library)]
        internal static extern ulong hfhub_cs_log_get_written();
    }
}
