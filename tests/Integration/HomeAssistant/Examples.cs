using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;
using SshMqttBridge.Tests.Unit.HomeAssistant;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>Configurations and results, ordinary and awkward.</summary>
internal static class Examples
{
    public static IReadOnlyDictionary<string, BridgeOptions> Configurations { get; } =
        new Dictionary<string, BridgeOptions>
        {
            ["no server"] = Options.Bridge(),
            ["one server"] = Options.Bridge(Options.Server("nas")),
            ["odd ids"] = Options.Bridge(
                Options.Server("-"),
                Options.Server("_"),
                Options.Server("0"),
                Options.Server("run_a", Options.Action("b")),
                Options.Server("run", Options.Action("a_b"), Options.Action("cancel"), Options.Action("queue_length")),
                Options.Server("set-"),
                Options.Server(new string('z', 64), Options.Action(new string('-', 64)))
            ),
            ["actions of all kinds"] = Options.Bridge(
                Options.Server(
                    "nas",
                    Options.Action("reboot") with
                    {
                        Title = "Neustart «jetzt» \"sofort\" \\ {{ 1 }} 💥",
                        Icon = "mdi:restart",
                        Confirm = "Sure?",
                    },
                    Options.Action("df") with
                    {
                        Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(5)),
                    },
                    Options.Action("tell") with
                    {
                        Parameters = [new ActionParameter("text", ActionParameterType.Text)],
                        Schedule = new ActionSchedule.Cron("0 * * * *"),
                    }
                )
            ),
            ["a sensor"] = Options.Bridge(
                Options.Server(
                    "nas",
                    Options.Action("cpu") with
                    {
                        Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
                        Sensor = new ActionSensor
                        {
                            Unit = "°C",
                            DeviceClass = "temperature",
                            StateClass = SensorStateClass.Measurement,
                            ValueTemplate = "{{ value | float }}",
                            ExpireAfter = TimeSpan.FromMinutes(5),
                        },
                    }
                )
            ),
            ["actions that set something"] = Options.Bridge(
                Options.Server(
                    "nas",
                    Options.Action("screen") with
                    {
                        CommandLine = "",
                        Switch = new ActionSwitch("dpms on", "dpms off"),
                        StateCommandLine = "dpms state",
                        Parameters = [ActionSwitch.Parameter],
                        Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
                        Icon = "mdi:monitor",
                    },
                    Options.Action("lamp") with
                    {
                        CommandLine = "",
                        Switch = new ActionSwitch("lamp on", "lamp off"),
                        Parameters = [ActionSwitch.Parameter],
                    },
                    Options.Action("volume") with
                    {
                        StateCommandLine = "get volume",
                        Parameters = [new ActionParameter("percent", ActionParameterType.Integer) { Minimum = 0, Maximum = 100 }],
                    },
                    Options.Action("factor") with
                    {
                        Parameters = [new ActionParameter("x", ActionParameterType.Number) { Minimum = -0.5m, Maximum = 1e9m }],
                    },
                    Options.Action("mode") with
                    {
                        Parameters =
                        [
                            new ActionParameter("mode", ActionParameterType.Choice)
                            {
                                Choices = ["powersave", "it's \\ {{ 1 }}"],
                            },
                        ],
                    },
                    Options.Action("say") with
                    {
                        Parameters = [new ActionParameter("text", ActionParameterType.Text) { MaximumLength = 1000 }],
                    },
                    Options.Action("name") with
                    {
                        StateCommandLine = "hostname",
                        Parameters = [new ActionParameter("text", ActionParameterType.Text) { MaximumLength = 20, Default = "" }],
                    }
                )
            ),
            ["checks"] = Options.Bridge(
                Options.Server(
                    "nas",
                    Options.Action("healthy") with
                    {
                        Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
                        BinarySensor = new ActionBinarySensor { DeviceClass = "problem", Invert = true },
                    },
                    Options.Action("there") with
                    {
                        Schedule = new ActionSchedule.Every(TimeSpan.FromMinutes(1)),
                        BinarySensor = new ActionBinarySensor(),
                    }
                )
            ),
            ["many actions"] = Options.Bridge([
                .. Enumerable
                    .Range(0, 2)
                    .Select(server =>
                        Options.Server(
                            $"server{server}",
                            [
                                .. Enumerable
                                    .Range(0, 50)
                                    .Select(action =>
                                        Options.Action($"action{action}") with
                                        {
                                            Schedule = new ActionSchedule.Every(TimeSpan.FromSeconds(action + 1)),
                                        }
                                    ),
                            ]
                        )
                    ),
            ]),
            ["actions only"] = Options.Bridge(
                Options.Server("nas", Options.Action("a")) with
                {
                    Policy = new ServerPolicy { Commands = CommandRule.ActionsOnly },
                    PersistentConnection = false,
                }
            ),
            ["another base topic"] = Options.Bridge(Options.Server("nas", Options.Action("a"))) with
            {
                Mqtt = new MqttOptions { BaseTopic = "Häuser/Nr 5/ssh" },
                HomeAssistant = new HomeAssistantOptions { Enabled = true, DiscoveryPrefix = "my/ha" },
            },
            ["in a group"] = Options.Bridge(Options.Server("nas")) with { Group = new GroupOptions { Instance = "pi-1" } },
            ["with a console"] = Options.Bridge(Options.Server("nas")) with
            {
                WebConsole = new WebConsoleOptions { Enabled = true, Url = new Uri("https://[2001:db8::1]:8443") },
            },
        };

    public static IReadOnlyDictionary<string, CommandResult> Results { get; } =
        new Dictionary<string, CommandResult>
        {
            ["short"] = Result(CommandStatus.Succeeded) with { Command = "uptime", Exit = 0, Out = "up 1 day\n" },
            ["nothing"] = Result(CommandStatus.Rejected) with { Reason = "invalid", Message = "The message is not UTF-8." },
            ["no exit status"] = Result(CommandStatus.Lost) with { Command = "reboot" },
            ["quotes"] = Result(CommandStatus.Failed) with
            {
                Command = """echo "it's" \ {{ value }} {% endif %}""",
                Exit = 1,
                Out = "\"'\\{{ states('x') }}{% raw %}\r\n\t",
                Err = "</script>",
            },
            ["unicode"] = Result(CommandStatus.Succeeded) with { Command = "夏", Exit = 0, Out = "Größe 夏 💥 \uFFFD\u2028\n" },
            ["control characters"] = Result(CommandStatus.Succeeded) with
            {
                Command = "x",
                Exit = 0,
                Out = string.Concat(Enumerable.Repeat("\u001b[31m\u0000\u0007", 20_000)),
            },
            ["long"] = Result(CommandStatus.Succeeded) with { Command = "cat", Exit = 0, Out = new string('x', 1 << 20) },
            ["long and quoted"] = Result(CommandStatus.Succeeded) with
            {
                Command = "cat",
                Exit = 0,
                Out = new string('"', 1 << 20),
            },
            ["long everywhere"] = Result(CommandStatus.TimedOut) with
            {
                Id = string.Concat(Enumerable.Repeat("💥", 64)),
                Command = string.Concat(Enumerable.Repeat("💥", 100_000)),
                Message = string.Concat(Enumerable.Repeat("夏", 100_000)),
                Out = string.Concat(Enumerable.Repeat("💥", 200_000)),
                Err = string.Concat(Enumerable.Repeat("💥", 200_000)),
            },
            ["just what fits"] = Result(CommandStatus.Succeeded) with { Command = "c", Exit = 0, Out = new string('x', 10_000) },
            ["an action"] = Result(CommandStatus.Succeeded) with { Command = "uptime", Exit = 0, Out = "up", Action = "uptime" },
            ["a transfer"] = Result(CommandStatus.Succeeded) with { Operation = Operation.Get, Command = "a b", Bytes = 17 },
        };

    private static CommandResult Result(CommandStatus status) =>
        new()
        {
            Id = "7f3",
            Server = new string('n', 64),
            Operation = Operation.Exec,
            Status = status,
            ReceivedAt = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero),
        };
}
