using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>What a JSON value is.</summary>
    public enum JsonType
    {
        /// <summary>There is no such value.</summary>
        Missing = raw.HFHUB_JSON_MISSING,
        /// <summary>null</summary>
        Null = raw.HFHUB_JSON_NULL,
        /// <summary>true or false</summary>
        Bool = raw.HFHUB_JSON_BOOL,
        /// <summary>A number.</summary>
        Number = raw.HFHUB_JSON_NUMBER,
        /// <summary>A string.</summary>
        String = raw.HFHUB_JSON_STRING,
        /// <summary>An array.</summary>
        Array = raw.HFHUB_JSON_ARRAY,
        /// <summary>An object.</summary>
        Object = raw.HFHUB_JSON_OBJECT
    }

    /// <summary>
    /// A place in an immutable JSON document. Places share the document; disposing one of them frees it for all, which
    /// is never necessary. Asking for what is not there gives a place whose type is <see cref="JsonType.Missing"/>.
    /// Enumerating it gives the elements of an array, or the values of an object's members.
    /// </summary>
    public sealed class Json : IReadOnlyList<Json>, IDisposable
    {
        private readonly JsonHandle document;
        private readonly string path;

        internal Json(JsonHandle document, string path = "")
        {
            this.document = document;
            this.path = path;
        }

        /// <summary>Reads JSON text.</summary>
        /// <remarks>
        /// hfhub_json_parse: Parses `size` bytes of UTF-8 JSON text. Errors: E_ARGUMENT naming the byte offset. Since
        /// 0.1.
        ///
        /// </remarks>
        /// <param name="text">The text.</param>
        public static Json Parse(string text) =>
            Parse(Encoding.UTF8.GetBytes(text ?? throw new ArgumentNullException(nameof(text))));

        /// <summary>Reads JSON text in UTF-8.</summary>
        /// <param name="utf8">The text.</param>
        public static Json Parse(ReadOnlySpan<byte> utf8)
        {
            raw.hfhub_json_parse(utf8, out JsonHandle json);
            return new Json(json);
        }

        /// <summary>A member of an object.</summary>
        /// <param name="name">Its name, any text.</param>
        public Json this[string name] => new Json(document, path + "/" + Escape(name));

        /// <summary>An element of an array.</summary>
        /// <param name="index">Its number, from 0.</param>
        public Json this[int index] =>
            new Json(document, path + "/" + index.ToString(CultureInfo.InvariantCulture));

        /// <summary>What a JSON Pointer (RFC 6901) leads to from here.</summary>
        /// <param name="pointer">The pointer; "" is this place itself.</param>
        public Json At(string pointer) =>
            new Json(document, path + (pointer ?? throw new ArgumentNullException(nameof(pointer))));

        /// <summary>What is here.</summary>
        /// <remarks>
        /// hfhub_json_get_type: The type of the value at `json_path`, HFHUB_JSON_MISSING when there is none. Since 0.1.
        ///
        /// </remarks>
        public JsonType Type => (JsonType)raw.hfhub_json_get_type(document, path);

        /// <summary>Whether anything is here.</summary>
        public bool Exists => Type != JsonType.Missing;

        /// <summary>Whether nothing or null is here.</summary>
        public bool IsNull => Type == JsonType.Missing || Type == JsonType.Null;

        /// <summary>How many elements or members there are.</summary>
        /// <remarks>
        /// hfhub_json_get_count: Elements of the array or members of the object at `json_path`; 0 for anything else.
        /// Since 0.1.
        ///
        /// </remarks>
        public int Count => checked((int)raw.hfhub_json_get_count(document, path));

        /// <summary>The name of an object's member.</summary>
        /// <remarks>
        /// hfhub_json_get_key: The name of the object's member number `index` (document order); NULL past the end or
        /// when it is no object. Borrowed. Since 0.1.
        ///
        /// </remarks>
        /// <param name="index">Its number in the order of the document.</param>
        /// <returns>null past the end.</returns>
        public string Key(int index) => raw.hfhub_json_get_key(document, path, Unsigned(index));

        /// <summary>The names of an object's members.</summary>
        public IEnumerable<string> Keys
        {
            get
            {
                for (int i = 0; ; ++i)
                {
                    string key = Key(i);
                    if (key == null) yield break;
                    yield return key;
                }
            }
        }

        /// <summary>The string that is here.</summary>
        /// <remarks>
        /// hfhub_json_get_string: The string at `json_path`; NULL when there is none. Borrowed. Since 0.1.
        ///
        /// </remarks>
        /// <param name="fallback">What to give when no string is here.</param>
        public string AsString(string fallback = null) => raw.hfhub_json_get_string(document, path) ?? fallback;

        /// <summary>The integer that is here.</summary>
        /// <remarks>
        /// hfhub_json_get_int64: The integer at `json_path`; `fallback` when there is none or it does not fit. Since
        /// 0.1.
        ///
        /// </remarks>
        /// <param name="fallback">What to give when no such number is here.</param>
        public long AsInt64(long fallback = 0) => raw.hfhub_json_get_int64(document, path, fallback);

        /// <summary>The number that is here.</summary>
        /// <remarks>
        /// hfhub_json_get_double: The number at `json_path`; `fallback` when there is none. Since 0.1.
        ///
        /// </remarks>
        /// <param name="fallback">What to give when no number is here.</param>
        public double AsDouble(double fallback = 0) => raw.hfhub_json_get_double(document, path, fallback);

        /// <summary>The boolean that is here.</summary>
        /// <remarks>
        /// hfhub_json_get_bool: 1 or 0 for the boolean at `json_path`; `fallback` when there is none. Since 0.1.
        ///
        /// </remarks>
        /// <param name="fallback">What to give when no boolean is here.</param>
        public bool AsBool(bool fallback = false) =>
            raw.hfhub_json_get_bool(document, path, fallback ? 1 : 0) != 0;

        /// <summary>The boolean that is here, or null.</summary>
        public bool? AsOptionalBool() => Type == JsonType.Bool ? AsBool() : (bool?)null;

        /// <summary>The integer that is here, or null.</summary>
        public long? AsOptionalInt64() => Type == JsonType.Number ? AsInt64() : (long?)null;

        /// <summary>What is here as text.</summary>
        /// <remarks>
        /// hfhub_json_write: The value at `json_path` as text. `indent` &lt; 0: one line with ", " and ": " and ASCII
        /// only, as Python prints it; &gt;= 0: that many spaces a level. Owned. Errors: E_ARGUMENT when there is no
        /// such value. Since 0.1.
        ///
        /// </remarks>
        /// <param name="indent">Spaces a level; -1 writes one line of ASCII.</param>
        public string Write(int indent = -1)
        {
            raw.hfhub_json_write(document, path, indent, out string text);
            return text;
        }

        /// <summary>What is here as one line of text; "" when nothing is.</summary>
        public override string ToString() => Exists ? Write() : "";

        /// <summary>The elements of an array, or the values of an object's members.</summary>
        public IEnumerator<Json> GetEnumerator()
        {
            bool named = Type == JsonType.Object;
            int count = Count;
            for (int i = 0; i < count; ++i) yield return named ? this[Key(i)] : this[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>Frees the document, for every place in it. It may be left to the garbage collector.</summary>
        /// <remarks>
        /// hfhub_json_free: Frees the document. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        public void Dispose() => document.Dispose();

        private static ulong Unsigned(int index) =>
            index >= 0 ? (ulong)index : throw new ArgumentOutOfRangeException(nameof(index));

        private static string Escape(string name) =>
            (name ?? throw new ArgumentNullException(nameof(name))).Replace("~", "~0").Replace("/", "~1");
    }
}
