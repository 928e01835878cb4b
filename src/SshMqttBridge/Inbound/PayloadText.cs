using System.Globalization;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Inbound;

/// <summary>Validates the parts of a payload; each method returns the valid value.</summary>
/// <exception cref="CommandFault">The value is invalid.</exception>
internal static class PayloadText
{
    public static string CommandLine(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new CommandFault(Reasons.Invalid, "The command is empty.");
        }

        return WithoutNul("The command", text);
    }

    public static string Name(string what, string text)
    {
        if (text.Length == 0)
        {
            throw new CommandFault(Reasons.Invalid, $"The {what} is empty.");
        }

        return WithoutNul($"The {what}", text);
    }

    public static string Line(string what, string text) =>
        text.Any(char.IsControl)
            ? throw new CommandFault(Reasons.Invalid, $"{what} must be one line without control characters.")
            : text;

    /// <summary>A POSIX argument cannot contain NUL; the server would cut the text there and run another command.</summary>
    public static string WithoutNul(string what, string text) =>
        text.Contains('\0') ? throw new CommandFault(Reasons.Invalid, $"{what} contains a NUL character.") : text;

    public static bool IsOpen(string text) =>
        text switch
        {
            "open" => true,
            "close" => false,
            _ => throw new CommandFault(Reasons.Invalid, "The payload must be 'open' or 'close'."),
        };

    public static TimeSpan Timeout(string seconds) =>
        double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Timeout(number)
            : throw new CommandFault(Reasons.Invalid, $"'{seconds}' is not a number of seconds.");

    public static TimeSpan Timeout(double seconds) =>
        seconds >= CommandLimits.MinimumTimeout.TotalSeconds && seconds <= ExecCommand.MaximumTimeout.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandFault(
                Reasons.Invalid,
                $"The timeout must be {CommandLimits.MinimumTimeout.TotalSeconds} to "
                    + $"{ExecCommand.MaximumTimeout.TotalSeconds} seconds."
            );
}
