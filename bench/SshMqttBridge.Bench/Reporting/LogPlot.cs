using System.Globalization;
using System.Security;
using System.Text;

namespace SshMqttBridge.Bench.Reporting;

/// <summary>
/// Draws lines on logarithmic axes, where linear growth is a straight line of slope 1. Text and grid are readable on white and
/// on black.
/// </summary>
internal sealed class LogPlot(string title, string xTitle)
{
    private const int Width = 720;
    private const int Height = 400;
    private const int Left = 70;
    private const int Right = 40;
    private const int Top = 64;
    private const int Bottom = 50;
    private const double CharacterWidth = 6.9;

    private static readonly string[] Colours = ["#2f81f7", "#d97706", "#2da44e", "#a371f7"];

    private readonly StringBuilder _svg = new();

    public string Draw(IReadOnlyList<PlotPoint> points)
    {
        // A logarithmic axis has no zero; such a value was too small to measure.
        PlotPoint[] shown = [.. points.Where(point => point is { X: > 0, Y: > 0 })];
        var x = Axis.Over(shown.Select(point => point.X), Left, Width - Right);
        var y = Axis.Over(shown.Select(point => point.Y), Height - Bottom, Top);
        Add(
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="13">"""
        );
        Add(
            "<style>text{fill:#57606a}.grid{stroke:#8c959f;stroke-opacity:.35}"
                + "@media(prefers-color-scheme:dark){text{fill:#9da7b3}}</style>"
        );
        Text(Left, 22, "start", title, "font-size=\"15\"");
        Grid(x, y);
        var number = 0;
        double legend = Left;
        foreach (var line in shown.GroupBy(point => point.Line, StringComparer.Ordinal))
        {
            Line(line.Key, [.. line.OrderBy(point => point.X)], x, y, Colours[number++ % Colours.Length], legend);
            legend += 36 + line.Key.Length * CharacterWidth;
        }

        Add("</svg>");
        return _svg.ToString();
    }

    private void Grid(Axis x, Axis y)
    {
        foreach (var value in x.Decades)
        {
            Add($"""<path class="grid" d="M{N(x.Place(value))} {Top}V{Height - Bottom}"/>""");
            Text(x.Place(value), Height - Bottom + 18, "middle", Format(value));
        }

        foreach (var value in y.Decades)
        {
            Add($"""<path class="grid" d="M{Left} {N(y.Place(value))}H{Width - Right}"/>""");
            Text(Left - 8, y.Place(value) + 4, "end", Format(value));
        }

        Text((Left + Width - Right) / 2.0, Height - 10, "middle", xTitle);
    }

    private void Line(string name, PlotPoint[] points, Axis x, Axis y, string colour, double legend)
    {
        var path = string.Join(' ', points.Select(point => $"{N(x.Place(point.X))},{N(y.Place(point.Y))}"));
        Add($"""<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>""");
        foreach (var point in points)
        {
            Add($"""<circle cx="{N(x.Place(point.X))}" cy="{N(y.Place(point.Y))}" r="3.5" fill="{colour}"/>""");
        }

        Add($"""<rect x="{N(legend)}" y="36" width="12" height="12" fill="{colour}"/>""");
        Text(legend + 17, 47, "start", name);
    }

    private void Text(double x, double y, string anchor, string text, string more = "") =>
        Add($"""<text x="{N(x)}" y="{N(y)}" text-anchor="{anchor}" {more}>{SecurityElement.Escape(text)}</text>""");

    private void Add(string line) => _svg.Append(line).Append('\n');

    private static string N(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Format(double value) => value.ToString(value >= 1 ? "#,0" : "0.####", CultureInfo.InvariantCulture);

    /// <summary>An axis from one power of ten to another.</summary>
    private sealed record Axis(int First, int Last, double Begin, double End)
    {
        public IEnumerable<double> Decades => Enumerable.Range(First, Last - First + 1).Select(power => Math.Pow(10, power));

        public static Axis Over(IEnumerable<double> values, double begin, double end)
        {
            double[] logs = [.. values.Select(Math.Log10)];
            var first = (int)Math.Floor(logs.Min());
            return new Axis(first, Math.Max(first + 1, (int)Math.Ceiling(logs.Max() - 1e-9)), begin, end);
        }

        public double Place(double value) => Begin + (Math.Log10(value) - First) / (Last - First) * (End - Begin);
    }
}
