using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SshMqttBridge.Policies;

/// <summary>The number of commands allowed in a period.</summary>
/// <param name="Count">1 to 1,000,000; also the size of a burst.</param>
/// <param name="Period">A second, a minute or an hour.</param>
internal sealed record RateLimit(int Count, TimeSpan Period)
{
    public const int MaximumCount = 1_000_000;

    /// <summary>Parses <c>30/min</c>, <c>5/s</c> or <c>100/h</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RateLimit? limit)
    {
        limit = null;
        var parts = text.Split('/');
        TimeSpan? period = parts switch
        {
            [_, "s"] => TimeSpan.FromSeconds(1),
            [_, "min"] => TimeSpan.FromMinutes(1),
            [_, "h"] => TimeSpan.FromHours(1),
            _ => null,
        };
        if (
            period is { } span
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= MaximumCount
        )
        {
            limit = new RateLimit(count, span);
        }

        return limit is not null;
    }

    /// <summary>In the format of <see cref="TryParse"/>.</summary>
    public override string ToString() =>
        $"{Count}/{(Period.TotalSeconds switch
        {
            1 => "s",
            60 => "min",
            _ => "h",
        })}";
}
