using System.Globalization;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>Prints a verdict.</summary>
internal static class Report
{
    private const int MostFindings = 5;

    /// <returns>Whether nothing was found.</returns>
    public static bool Print(GroupVerdict verdict, EventLog log)
    {
        foreach ((var name, var value) in verdict.Counts)
        {
            Line(log, name, value);
        }

        Console.WriteLine("errors, of which there must be none:");
        var checks = verdict.Checks;
        foreach (var check in checks)
        {
            Line(log, check.Name, check.Findings.Count.ToString(CultureInfo.InvariantCulture));
            foreach (var finding in check.Findings)
            {
                log.Write("FOUND", $"{check.Name}: {finding}");
            }

            foreach (var finding in check.Findings.Take(MostFindings))
            {
                Console.WriteLine($"      {finding}");
            }
        }

        return checks.All(check => check.IsGood);
    }

    private static void Line(EventLog log, string name, string value)
    {
        Console.WriteLine($"  {name, -68} {value, 8}");
        log.Write("verdict", $"{name}: {value}");
    }
}
