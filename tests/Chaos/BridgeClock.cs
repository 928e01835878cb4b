using System.Globalization;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Chaos;

/// <summary>The wall clock that the bridge sees, which can be set while it runs.</summary>
/// <param name="file">Contains its offset.</param>
/// <param name="clock">The true time.</param>
/// <param name="maySet">False: it shows the true time, and the program is started as usual.</param>
internal sealed class BridgeClock(string file, RunClock clock, bool maySet)
{
    private const double Precision = 0.1;

    private readonly List<(double From, double Offset)> _settings = [(double.NegativeInfinity, 0)];

    /// <summary>Whether it can be set on this machine.</summary>
    public bool IsSettable => maySet && Faketime.Library is not null;

    /// <summary>Starts a program that sees this clock.</summary>
    public string[] Wrapper => IsSettable ? Faketime.Wrapper(file) : [];

    /// <summary>Sets it so many seconds before or after the true time.</summary>
    public void Set(double offset)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{(offset < 0 ? "" : "+")}{offset:0.000}");
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
        _settings.Add((clock.Now, offset));
    }

    /// <summary>
    /// When, in seconds since the start of the run, the bridge may have noted this time. The bridge may count on from the time that
    /// it saw at its start, so each earlier setting counts.
    /// </summary>
    public IEnumerable<double> MomentsOf(DateTimeOffset time) =>
        _settings
            .Select(setting => (setting.From, Moment: clock.Of(time) - setting.Offset))
            .Where(setting => setting.Moment >= setting.From - Precision)
            .Select(setting => setting.Moment);
}
