using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>The section <c>actions</c>.</summary>
public sealed class ActionsReaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The value of an action <c>a</c>, the path of the fault below it, and how its message begins.</summary>
    public static TheoryData<string, string, string> WrongActions { get; } =
        new()
        {
            { "[x]", "", "must be a command, or a mapping with at least 'command', not a list" },
            { "null", "", "removes an action that is not in 'defaults'" },
            { "false", "", "removes an action that is not in 'defaults'" },
            { "' '", ".command", "must be a command line, not ' '" },
            { "{command: }", ".command", "has no value" },
            { "{command: [x]}", ".command", "must be a single value, not a list" },
            { "{command: x, comand: x}", ".comand", "unknown key; did you mean 'command'?" },
            { "{command: x, title: ''}", ".title", "must be 1–256 characters" },
            { "{command: x, title: \"a\\nb\"}", ".title", "must be 1–256 characters, without control characters" },
            {
                "{command: x, icon: restart}",
                ".icon",
                "must be the name of a Material Design icon, for example mdi:restart, not 'restart'"
            },
            { "{command: x, icon: 'mdi:Restart'}", ".icon", "must be the name of a Material Design icon" },
            { "{command: x, icon: 'mdi:a--b'}", ".icon", "must be the name of a Material Design icon" },
            { "{command: x, timeout: 0}", ".timeout", "must be a number of seconds from 0.01 to 604800" },
            { "{command: x, timeout: 5m}", ".timeout", "must be a number of seconds" },
            { "{command: x, confirm: true}", ".confirm", "must be a question, for example" },
            { "{command: x, parameters: [unit]}", ".parameters", "must be a mapping, not a list" },
            {
                "{command: x, schedule: 0}",
                ".schedule",
                "must be seconds, or a number with a unit (s, m, h or d), from 1s to 30d"
            },
            { "{command: x, schedule: 31d}", ".schedule", "must be seconds" },
            { "{command: x, schedule: 5 minutes}", ".schedule", "must be a cron expression of five fields" },
            { "{command: x, schedule: 99999999999999999999999d}", ".schedule", "must be seconds" },
            { "{command: x, schedule: [5m]}", ".schedule", "must be a mapping, not a list" },
            { "{command: x, schedule: {}}", ".schedule", "must have either 'every' or 'cron'" },
            { "{command: x, schedule: {every: 5m, cron: 0 3 * * *}}", ".schedule", "must have either 'every' or 'cron'" },
            { "{command: x, schedule: {every: often}}", ".schedule.every", "must be seconds" },
            { "{command: x, schedule: {cron: 5m}}", ".schedule.cron", "must be a cron expression of five fields" },
            { "{command: x, schedule: {cron: 0 0 30 2 *}}", ".schedule.cron", "must be a cron expression that matches a day" },
            {
                "{command: $p, schedule: 5m, parameters: {p: text}}",
                ".schedule",
                "requires a default for each parameter; 'p' has none"
            },
            { "{on: x, off: x, command: x}", ".command", "does not go with 'on' and 'off'" },
            { "{on: x, off: x, parameters: {p: text}}", ".parameters", "does not go with 'on' and 'off'" },
            { "{on: x, off: x, schedule: 5m}", ".schedule", "of a switch runs the command 'state'" },
            { "{on: x, off: x, state: ' '}", ".state", "must be a command line" },
            { "{command: x, state: x}", ".state", "finds out what a switch ('on' and 'off') or the only parameter" },
            { "{command: x, binarySensor: {}}", ".binarySensor", "requires a schedule, whose runs give the sensor its states" },
            { "{command: x, schedule: 5m, sensor: {}, binarySensor: {}}", ".binarySensor", "excludes 'sensor'" },
            { "{on: x, off: x, state: x, schedule: 5m, sensor: {}}", ".sensor", "shows runs of 'command', but" },
            { "{command: x, schedule: 5m, binarySensor: {invert: maybe}}", ".binarySensor.invert", "must be true or false" },
            { "{command: x, sensor: {unit: '%'}}", ".sensor", "requires a schedule, whose runs give the sensor its states" },
            { "{command: x, schedule: 5m, sensor: '%'}", ".sensor", "must be a mapping" },
            { "{command: x, schedule: 5m, sensor: {device_class: x}}", ".sensor.device_class", "unknown key; did you mean" },
            { "{command: x, schedule: 5m, sensor: {deviceClass: Power}}", ".sensor.deviceClass", "must be a device class, 1–64" },
            { "{command: x, schedule: 5m, sensor: {stateClass: sum}}", ".sensor.stateClass", "must be measurement, total or" },
            {
                "{command: x, schedule: 5m, sensor: {valueTemplate: ' '}}",
                ".sensor.valueTemplate",
                "must be a template of 1–4096"
            },
            { "{command: x, schedule: 5m, sensor: {expireAfter: 31d}}", ".sensor.expireAfter", "must be seconds, or a number" },
        };

    /// <summary>The same for a parameter <c>p</c>.</summary>
    public static TheoryData<string, string, string> WrongParameters { get; } =
        new()
        {
            { "", "", "must be a type (text, integer, number, boolean, choice), a list of choices, or a mapping" },
            { "string", ".type", "must be text, integer, number, boolean or choice, not 'string'" },
            { "{}", ".type", "is missing: one of text, integer, number, boolean, choice" },
            { "{type: text, length: 5}", ".length", "unknown key" },
            { "{type: integer, min: a}", ".min", "must be a number, not 'a'" },
            { "{type: integer, min: 2, max: 1}", ".max", "must not be less than 'min', 2" },
            { "{type: text, min: 1}", ".min", "is for integer and number, not for text" },
            { "{type: number, maxLength: 1}", ".maxLength", "is for text, not for number" },
            { "{type: text, maxLength: 0}", ".maxLength", "must be a whole number from 1 to 16384, not '0'" },
            { "{type: text, pattern: '('}", ".pattern", "must be a .NET regular expression" },
            { "{type: text, pattern: '(?=a)'}", ".pattern", "must be a regular expression that works without backtracking" },
            { "{type: boolean, pattern: a}", ".pattern", "is for text, not for boolean" },
            { "{type: choice}", ".choices", "is missing: the valid values" },
            { "{type: text, choices: [a]}", ".choices", "is for choice, not for text" },
            { "[]", ".choices", "must contain at least one value" },
            { "{choices: [\"a\\nb\"]}", ".choices[0]", "must be at most 256 characters, without control characters" },
            { "{type: integer, default: 1.5}", ".default", "must be a whole number, not '1.5'" },
            { "{type: integer, min: 1, max: 3, default: 4}", ".default", "must be a whole number from 1 to 3, not '4'" },
            { "{type: boolean, default: yes}", ".default", "must be true or false, not 'yes'" },
            { "{choices: [a, b], default: c}", ".default", "must be one of a, b, not 'c'" },
            { "{type: text, pattern: '[a-z]+', default: A}", ".default", "must be a text of at most 256 characters" },
            {
                "{type: text, default: \"a\\tb\"}",
                ".default",
                "must be a text of at most 256 characters, without control characters"
            },
        };

    [Theory]
    [MemberData(nameof(WrongActions))]
    public void Load_GivenAnInvalidAction_ShouldNameTheValidValues(string action, string at, string message)
    {
        var fault = Fault($"\n      a: {action}");

        fault.Path.ShouldBe("servers.nas.actions.a" + at);
        fault.Message.ShouldStartWith(message);
        fault.Origin.ShouldNotBeNull().ShouldStartWith("line 6");
    }

    [Theory]
    [MemberData(nameof(WrongParameters))]
    public void Load_GivenAnInvalidParameter_ShouldNameTheValidValues(string parameter, string at, string message)
    {
        var fault = Fault($"\n      a:\n        command: echo \"$p\"\n        parameters:\n          p: {parameter}");

        fault.Path.ShouldBe("servers.nas.actions.a.parameters.p" + at);
        fault.Message.ShouldStartWith(message);
    }

    [Theory]
    [InlineData("path")]
    [InlineData("Unit")]
    [InlineData("a-b")]
    public void Load_GivenAnInvalidParameterName_ShouldReportItAtItsPath(string name) =>
        Fault($"{{a: {{command: '{name}', parameters: {{{name}: text}}}}}}")
            .Path.ShouldBe($"servers.nas.actions.a.parameters.{name}");

    [Theory]
    [InlineData("set")]
    [InlineData("Restart")]
    [InlineData("'a/b'")]
    [InlineData("''")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Load_GivenAnInvalidActionName_ShouldDescribeAValidOne(string name) =>
        Fault($"{{{name}: uptime}}").Message.ShouldStartWith("must ");

    [Fact]
    public void Load_GivenASwitch_ShouldHaveTheParameterOfOne()
    {
        var screen = Actions("screen: {on: dpms on, off: dpms off, state: dpms | grep -q on, schedule: 1m}")
            .ShouldHaveSingleItem();

        (screen.Switch, screen.StateCommandLine).ShouldBe((new ActionSwitch("dpms on", "dpms off"), "dpms | grep -q on"));
        screen.Parameters.ShouldBe([ActionSwitch.Parameter]);
        (screen.HasState, screen.HasStatus).ShouldBe((true, true));
    }

    [Fact]
    public void Load_GivenAStateOfAParameter_ShouldScheduleIt()
    {
        var volume = Actions(
                """
                volume: {command: 'set "$percent"', state: get, schedule: 1m, parameters: {percent: {type: integer, min: 0, max: 100}}}
                """
            )
            .ShouldHaveSingleItem();

        (volume.CommandLine, volume.StateCommandLine).ShouldBe(("set \"$percent\"", "get"));
    }

    [Fact]
    public void Load_GivenABinarySensor_ShouldReadIt()
    {
        var healthy = Actions("healthy: {command: x, schedule: 1m, binarySensor: {deviceClass: problem, invert: true}}")
            .ShouldHaveSingleItem();

        healthy.BinarySensor.ShouldBe(new ActionBinarySensor { DeviceClass = "problem", Invert = true });
        (healthy.HasState, healthy.HasStatus).ShouldBe((false, true));
    }

    [Fact]
    public void Load_GivenEveryKey_ShouldReadEveryKey()
    {
        var action = Actions(
                """
                restart:
                  command: systemctl restart "$unit" "$wait"
                  title: Restart
                  group: Services
                  icon: mdi:restart-alert
                  timeout: 2.5
                  confirm: Really?
                  parameters:
                    unit: {type: text, title: Unit, default: nginx, maxLength: 20, pattern: '[a-z]+'}
                    wait: {type: number, default: 1e0, min: -1.5, max: 10}
                  schedule: {cron: ' 0  3 * * * '}
                  sensor: {unit: kWh, deviceClass: energy, stateClass: total_increasing, valueTemplate: "{{ value }}", expireAfter: 2d}
                """
            )
            .ShouldHaveSingleItem();

        (action.Name, action.CommandLine, action.Title, action.Group, action.Icon, action.Confirm).ShouldBe(
            ("restart", "systemctl restart \"$unit\" \"$wait\"", "Restart", "Services", "mdi:restart-alert", "Really?")
        );
        action.Timeout.ShouldBe(TimeSpan.FromSeconds(2.5));
        action.Schedule.ShouldBe(new ActionSchedule.Cron("0 3 * * *"));
        action.Sensor.ShouldBe(
            new ActionSensor
            {
                Unit = "kWh",
                DeviceClass = "energy",
                StateClass = SensorStateClass.TotalIncreasing,
                ValueTemplate = "{{ value }}",
                ExpireAfter = TimeSpan.FromDays(2),
            }
        );
        action.Parameters.Count.ShouldBe(2);
        (action.Parameters[0] with { Choices = [] }).ShouldBe(
            new ActionParameter("unit", ActionParameterType.Text)
            {
                Title = "Unit",
                Default = "nginx",
                MaximumLength = 20,
                Pattern = "[a-z]+",
                Choices = [],
            }
        );
        (action.Parameters[1].Minimum, action.Parameters[1].Maximum, action.Parameters[1].Default).ShouldBe((-1.5m, 10m, "1"));
    }

    [Fact]
    public void Load_GivenTheShortForms_ShouldReadThem()
    {
        var actions = Actions(
            """
            uptime: uptime -p
            service:
              command: systemctl "$what" "$unit"
              parameters: {unit: text, what: [start, stop]}
            a: {command: a, schedule: 300}
            b: {command: a, schedule: 1.5h}
            c: {command: a, schedule: '*/5 * * * *'}
            d: {command: a, schedule: 30d}
            """
        );

        actions[0]
            .ShouldBe(
                new ActionOptions
                {
                    Name = "uptime",
                    CommandLine = "uptime -p",
                    Parameters = actions[0].Parameters,
                }
            );
        actions[1]
            .Parameters.Select(parameter => parameter.Type)
            .ShouldBe([ActionParameterType.Text, ActionParameterType.Choice]);
        actions[1].Parameters[1].Choices.ShouldBe(["start", "stop"]);
        actions
            .Skip(2)
            .Select(action => action.Schedule)
            .ShouldBe([
                new ActionSchedule.Every(TimeSpan.FromMinutes(5)),
                new ActionSchedule.Every(TimeSpan.FromHours(1.5)),
                new ActionSchedule.Cron("*/5 * * * *"),
                new ActionSchedule.Every(TimeSpan.FromDays(30)),
            ]);
    }

    [Fact]
    public void Load_GivenDefaults_ShouldHaveThemInTheirOrderWithAServersOwnInTheirPlace()
    {
        var servers = _folder
            .LoadGood(
                """
                defaults: {actions: {a: a, b: {command: b, title: B}, c: c, d: d}}
                servers:
                  x: {host: x, user: x}
                  y: {host: y, user: y, actions: {e: e, b: own, c: false, d: }}
                """
            )
            .Servers;

        servers[0].Actions.Select(action => action.CommandLine).ShouldBe(["a", "b", "c", "d"]);
        servers[1]
            .Actions.Select(action => (action.CommandLine, action.Title))
            .ShouldBe([("a", null), ("own", null), ("e", null)]);
    }

    [Fact]
    public void Load_GivenAFaultInTheDefaults_ShouldReportItOnce() =>
        _folder
            .LoadFault(
                "defaults: {actions: {a: {command: a, icon: x}}}\nservers: {x: {host: x, user: x}, y: {host: y, user: y}}\n"
            )
            .Path.ShouldBe("defaults.actions.a.icon");

    [Theory]
    [InlineData("{}", "command: is missing: the command line to run, or 'on' and 'off'")]
    [InlineData("{on: x}", "off: is missing: a switch has a command for on and one for off")]
    [InlineData("{off: x}", "on: is missing: a switch has a command for on and one for off")]
    public void Load_GivenNoCommand_ShouldAskForOne(string action, string fault) =>
        Fault($"{{a: {action}}}").ToString().ShouldBe("servers.nas.actions.a." + fault);

    [Fact]
    public void Load_GivenManyFaults_ShouldReportAllOfThem() =>
        _folder
            .Load(
                ConfigurationFolder.Minimal
                    + "    actions: {set: x, a: {icon: x, timeout: x}, b: {command: b, parameters: {path: x}, schedule: x}}\n"
            )
            .Faults.Select(fault => fault.Path["servers.nas.actions.".Length..])
            .ShouldBe(
                ["set", "a.command", "a.icon", "a.timeout", "b.parameters.path", "b.parameters.path.type", "b.schedule"],
                ignoreOrder: true
            );

    [Fact]
    public void Load_GivenAProbableMistake_ShouldWarn()
    {
        var warnings = _folder
            .Load(
                ConfigurationFolder.Minimal
                    + "    stdout: false\n    actions: {a: {command: a, schedule: 5m}, b: {command: b, parameters: {unit: text}}}\n"
            )
            .Warnings;

        warnings.Count.ShouldBe(2);
        warnings.ShouldContain(warning => warning.StartsWith("servers.nas.actions.b: the command does not use this parameter"));
        warnings.ShouldContain(warning => warning.StartsWith("servers.nas.actions.a: has a schedule, but its output"));
    }

    [Theory]
    [InlineData("SSHMQTT__SERVERS__NAS__ACTIONS")]
    [InlineData("SSHMQTT__DEFAULTS__ACTIONS")]
    public void Load_GivenActionsInTheEnvironment_ShouldRefuseThem(string variable)
    {
        _folder.Environment[variable] = "uptime";

        _folder.Load(ConfigurationFolder.Minimal).Faults.ShouldHaveSingleItem();
    }

    private ConfigurationFault Fault(string actions) =>
        _folder.LoadFault(ConfigurationFolder.Minimal + $"    actions: {actions}\n");

    private ValueList<ActionOptions> Actions(string yaml) =>
        _folder
            .LoadGood(
                ConfigurationFolder.Minimal
                    + "    actions:\n      "
                    + yaml.Replace("\n", "\n      ", StringComparison.Ordinal)
                    + "\n"
            )
            .Servers[0]
            .Actions;
}
