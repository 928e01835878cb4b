namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>
/// Holds a command on the server until the test releases it, so that a test never guesses durations.
/// </summary>
internal sealed class Gate(TemporaryFolder folder)
{
    private readonly string _file = folder[$"gate-{Guid.NewGuid():N}"];

    /// <summary>
    /// Shell text that waits for <see cref="Open"/>, or for the end of the test's folder so that nothing is left running.
    /// </summary>
    public string Wait => $": > {_file}.reached; until [ -e {_file} ] || [ ! -e {_file}.reached ]; do sleep 0.02; done";

    /// <summary>Waits until the command has reached it: it has been sent, and runs.</summary>
    public Task ReachedAsync() => Eventually.TrueAsync(() => File.Exists($"{_file}.reached"), "The command does not run");

    public void Open() => File.WriteAllText(_file, "");
}
