namespace SshMqttBridge.Journal;

/// <summary>
/// Decides when to remove old rows: doing it for each command would cost more than the command. Not thread-safe.
/// </summary>
internal sealed class TrimSchedule
{
    private const int MaximumCommands = 256;
    private const long MaximumBytes = 16 << 20;

    private int _commands;
    private long _bytes;

    /// <summary>Counts a written result.</summary>
    /// <param name="bytes">The result's size.</param>
    /// <returns>Whether to remove old rows now.</returns>
    public bool Count(int bytes)
    {
        _bytes += bytes;
        if (++_commands < MaximumCommands && _bytes < MaximumBytes)
        {
            return false;
        }

        (_commands, _bytes) = (0, 0);
        return true;
    }
}
