using System.Globalization;

namespace SshMqttBridge.Client;

/// <summary>
/// Reads options as getopts of a POSIX shell does: they end at the first operand, so that those of the command on the server
/// belong to it.
/// </summary>
internal sealed class ClientArgumentReader(IReadOnlyList<string> words)
{
    private ClientArguments _read = new();
    private int _next;

    /// <returns>Null: wrong usage.</returns>
    public ClientArguments? Read()
    {
        if (!ReadOptions() || Next() is not { } verb || !ReadOptions())
        {
            return null;
        }

        var read = _read with { Verb = verb, Operands = [.. words.Skip(_next)] };
        return read.IsValid ? read : null;
    }

    private string? Next() => _next < words.Count ? words[_next++] : null;

    private bool ReadOptions()
    {
        while (_next < words.Count && words[_next] is ['-', _, ..] option)
        {
            _next++;
            if (option == "--")
            {
                return true;
            }

            if (!(option.StartsWith("--", StringComparison.Ordinal) ? ReadLong(option) : ReadShort(option[1..])))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadLong(string option)
    {
        const string Configuration = "--config";
        if (option == "--no-live")
        {
            _read = _read with { IsLive = false };
            return true;
        }

        var file =
            option == Configuration ? Next()
            : option.StartsWith(Configuration + "=", StringComparison.Ordinal) ? option[(Configuration.Length + 1)..]
            : null;
        _read = _read with { ConfigurationFile = file };
        return !string.IsNullOrEmpty(file);
    }

    /// <summary>Reads one word: several options, of which the last one may have a value, here or in the next word.</summary>
    private bool ReadShort(string letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            switch (letters[i])
            {
                case 'n':
                    _read = _read with { ReadsInput = false };
                    break;
                case 'p':
                    _read = _read with { ShowsProgress = true };
                    break;
                case 't' or 'w':
                    return ReadSeconds(letters[i], letters[(i + 1)..]);
                default:
                    return false;
            }
        }

        return true;
    }

    private bool ReadSeconds(char option, string rest)
    {
        var value = rest.Length > 0 ? rest : Next();
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return false;
        }

        _read = option == 't' ? _read with { Timeout = seconds } : _read with { Wait = seconds };
        return true;
    }
}
