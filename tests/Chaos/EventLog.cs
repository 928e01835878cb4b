using System.Globalization;

namespace SshMqttBridge.Chaos;

/// <summary>Logs every action and observation, one line each, for later analysis. Thread-safe.</summary>
internal sealed class EventLog : IDisposable
{
    private readonly RunClock _clock;
    private readonly StreamWriter _file;
    private readonly Lock _gate = new();

    public EventLog(string path, RunClock clock)
    {
        _clock = clock;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new StreamWriter(path) { AutoFlush = false };
    }

    public void Write(string what, string text)
    {
        lock (_gate)
        {
            _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Now, 9:0.000} {what, -8} {text}"));
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();
}
