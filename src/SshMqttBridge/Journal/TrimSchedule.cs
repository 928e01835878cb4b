using SshMqttBridge.Commands;

namespace SshMqttBridge.Journal;

/// <summary>Decides when old rows are removed: not at each command, which would cost more than the command. Not thread-safe.</summary>
internal sealed class TrimSchedule
{
    private const int Commands = 256;
    private const long Bytes = 16 << 20;

    private int _commands;
    private long _bytes;

    /// <summary>Counts a result that is written.</summary>
    /// <param name="bytes">Its size.</param>
    /// <returns>Whether rows are to be removed now.</returns>
    public bool Count(int bytes)
    {
        _bytes += bytes;
        if (++_commands < Commands && _bytes < Bytes)
        {
            return false;
        }

        (_commands, _bytes) = (0, 0);
        return true;
    }

    /// <summary>Results from this time on are kept, however many there are: a message with one of their ids is a duplicate.</summary>
    public static DateTimeOffset KeptSince(DateTimeOffset now) => now - CommandLimits.IdMemory;
}
