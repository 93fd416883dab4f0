using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace HfHub
{
    /// <summary>
    /// The parameters of an operation that is called by name:
    /// <c>new CallParameters { ["repo_id"] = "gpt2", ["full"] = true }</c>. A value is a text, a boolean, a number, a
    /// <see cref="Json"/>, null, or a list or dictionary of these.
    /// </summary>
    public sealed class CallParameters : Dictionary<string, object>
    {
        /// <summary>As a JSON object.</summary>
        public override string ToString()
        {
            var text = new StringBuilder();
            Write(text, this);
            return text.ToString();
        }

        /// <summary>So that it can be given where JSON text is wanted.</summary>
        /// <param name="parameters">The parameters; null stays null.</param>
        public static implicit operator string(CallParameters parameters) => parameters?.ToString();

        private static void Write(StringBuilder text, object value)
        {
            if (value == null) text.Append("null");
            else if (value is string s) WriteString(text, s);
            else if (value is bool b) text.Append(b ? "true" : "false");
            else if (value is Json json) text.Append(json.Write());
            else if (value is double || value is float) text.Append(Number(value, "R"));
            else if (IsInteger(value)) text.Append(Number(value, null));
            else if (value is IDictionary<string, object> members) WriteObject(text, members);
            else if (value is IEnumerable elements) WriteArray(text, elements);
            else throw new ArgumentException($"a parameter cannot be a {value.GetType()}");
        }

        private static string Number(object value, string format) =>
            ((IFormattable)value).ToString(format, CultureInfo.InvariantCulture);

        private static bool IsInteger(object value) =>
            value is int || value is long || value is uint || value is ulong || value is short || value is ushort ||
            value is byte || value is sbyte || value is decimal;

        private static void WriteObject(StringBuilder text, IDictionary<string, object> members)
        {
            text.Append('{');
            string separator = "";
            foreach (KeyValuePair<string, object> member in members)
            {
                text.Append(separator);
                separator = ",";
                WriteString(text, member.Key);
                text.Append(':');
                Write(text, member.Value);
            }
            text.Append('}');
        }

        private static void WriteArray(StringBuilder text, IEnumerable elements)
        {
            text.Append('[');
            string separator = "";
            foreach (object element in elements)
            {
                text.Append(separator);
                separator = ",";
                Write(text, element);
            }
            text.Append(']');
        }

        private static void WriteString(StringBuilder text, string value)
        {
            text.Append('"');
            foreach (char c in value)
            {
                if (c == '"' || c == '\\') text.Append('\\').Append(c);
                else if (c < ' ') text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                else text.Append(c);
            }
            text.Append('"');
        }
    }
}
