using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>
/// Evaluates payloads, templates and configuration snippets as Home Assistant would, as far as possible without
/// it: a JSON schema of its rules, a real Jinja2, a real YAML parser. One process of Python for a test class, asked one thing
/// after another.
/// </summary>
public sealed class HomeAssistantEmulation : IDisposable
{
    // Debian's packages belong to Debian's Python.
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> LazyObstacle = new(FindObstacle);
    private readonly Lock _gate = new();
    private readonly Lazy<Process> _process = new(() =>
        Start(Path.Combine(AppContext.BaseDirectory, "HomeAssistant/home_assistant.py"))
    );

    /// <summary>Why it is not available; null if it is.</summary>
    public static string? Obstacle => LazyObstacle.Value;

    /// <summary>The rules for a discovery payload.</summary>
    public static JsonNode Schema { get; } =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "HomeAssistant/discovery.schema.json")))!;

    /// <summary>The faults of a discovery payload.</summary>
    public IReadOnlyList<string> FaultsOf(JsonNode payload) =>
        [
            .. Ask(new JsonObject { ["schema"] = Schema.DeepClone(), ["payload"] = payload.DeepClone() })["faults"]!
                .AsArray()
                .Select(fault => (string)fault!),
        ];

    /// <summary>Renders a template for a message of MQTT.</summary>
    public string RenderValue(string template, string value) =>
        TextOf(Ask(new JsonObject { ["template"] = template, ["value"] = value }), template);

    /// <summary>Renders a template of an automation, script or card.</summary>
    public string Render(string template, JsonObject variables) =>
        TextOf(Ask(new JsonObject { ["template"] = template, ["variables"] = variables.DeepClone() }), template);

    /// <summary>Reads YAML as JSON.</summary>
    public JsonNode? Parse(string yaml)
    {
        var answer = Ask(new JsonObject { ["yaml"] = yaml });
        return answer["error"] is { } error ? throw new InvalidOperationException($"{error}\n{yaml}") : answer["value"];
    }

    public void Dispose()
    {
        if (!_process.IsValueCreated)
        {
            return;
        }

        // Its loop ends with its input.
        using var process = _process.Value;
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill();
        }
    }

    private JsonNode Ask(JsonObject request)
    {
        lock (_gate)
        {
            var process = _process.Value;
            process.StandardInput.WriteLine(request.ToJsonString());
            process.StandardInput.Flush();
            return JsonNode.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Python has ended."))!;
        }
    }

    private static string TextOf(JsonNode answer, string template) =>
        answer["error"] is { } error ? throw new InvalidOperationException($"{error}\n{template}") : (string)answer["text"]!;

    private static Process Start(params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(Python, ["-W", "ignore", .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;

    private static string? FindObstacle()
    {
        const string Missing = "needs the Debian packages python3-jinja2, python3-jsonschema and python3-yaml";
        try
        {
            using var process = Start("-c", "import jinja2, jsonschema, yaml");
            process.WaitForExit();
            return process.ExitCode == 0 ? null : Missing;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Missing;
        }
    }
}

/// <summary>A test that needs <see cref="HomeAssistantEmulation"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HomeAssistantFactAttribute : FactAttribute
{
    public HomeAssistantFactAttribute() => Skip = HomeAssistantEmulation.Obstacle;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HomeAssistantTheoryAttribute : TheoryAttribute
{
    public HomeAssistantTheoryAttribute() => Skip = HomeAssistantEmulation.Obstacle;
}
