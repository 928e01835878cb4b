namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// The templates (Jinja2, with Home Assistant's filters) that convert the bridge's payloads to states and attributes. They
/// truncate a state to its limit of 255 characters, and attributes to less than 16,384 bytes of JSON, beyond which the recorder
/// drops them.
/// </summary>
/// <remarks>
/// The templates estimate the size of the JSON with all characters but ASCII escaped, which is never too small, and try several
/// lengths until one fits. The shortest fits even if each character is an emoji, which is twelve bytes in this estimate.
/// </remarks>
internal static class Templates
{
    private const string Fits = "| to_json(ensure_ascii=true)) | length <= 15000";

    /// <summary>Of a result: the status.</summary>
    public const string Status = "{{ value_json.status }}";

    /// <summary>Of a result: all fields, with long texts truncated, and <c>truncated</c> if they were.</summary>
    public static string ResultAttributes { get; } = Cut("value_json") + "{{ cut.json }}";

    /// <summary>
    /// Of a result: an event with the status as its type and all fields; empty for a scheduled run that succeeded, for a command
    /// that finds out a state, and for an operation other than exec, get and put.
    /// </summary>
    public static string ResultEvent { get; } =
        "{%- if value_json.operation in ['exec', 'get', 'put'] and not value_json.findsState | default(false)"
        + " and not (value_json.scheduled | default(false) and value_json.status == 'succeeded') -%}"
        + Cut("value_json, event_type=value_json.status")
        + "{{ cut.json }}{%- endif -%}";

    /// <summary>Of a text: the beginning.</summary>
    public const string Text = "{{ value[:255] }}";

    /// <summary>Of the last run of an action: all fields, with long texts truncated, and <c>truncated</c> if they were.</summary>
    public const string LastRunAttributes =
        "{%- set cut = namespace(json='') -%}"
        + "{%- for n in [14000, 7000, 3500, 1000] -%}"
        + "{%- set all = dict(value_json, output=value_json.output[:n], message=(value_json.message or '')[:200],"
        + " truncated=value_json.truncated or value_json.output | length > n) -%}"
        + "{%- if not cut.json and (all "
        + Fits
        + " -%}{%- set cut.json = all | to_json -%}{%- endif -%}{%- endfor -%}{{ cut.json }}";

    /// <summary>Of the status of an action: on if its last run succeeded.</summary>
    public const string OkIsOn = "{{ {'ok': 'ON', 'failed': 'OFF'}.get(value, 'None') }}";

    /// <summary>Of the status of an action: on if its last run failed.</summary>
    public const string FailedIsOn = "{{ {'ok': 'OFF', 'failed': 'ON'}.get(value, 'None') }}";

    /// <summary>Of the state of an action: the value, if it is known.</summary>
    public const string Known = "{{ 'None' if value == 'unknown' else value }}";

    /// <summary>Of the state of an action: the value, if it is one of the choices; Home Assistant has no use for another one.</summary>
    public static string OneOf(IEnumerable<string> choices) =>
        $"{{{{ value if value in [{string.Join(", ", choices.Select(Literal))}] else 'None' }}}}";

    /// <summary>Of the state of an action: its beginning. Home Assistant refuses a longer one than the text may have.</summary>
    public static string Beginning(int length) => $"{{{{ value[:{length}] }}}}";

    /// <summary>The payload that runs an action with a value of its only parameter.</summary>
    public static string Argument(string parameter) => "{{ {'args': {'" + parameter + "': value}} | to_json }}";

    /// <summary>Of <c>queue</c>: the number of queued commands.</summary>
    public const string Queued = "{{ value_json.queued }}";

    /// <summary>Of <c>ssh/bridge/info</c>.</summary>
    public const string Version = "{{ value_json.version }}";

    /// <summary>Of <c>ssh/bridge/info</c>: the number of connected servers.</summary>
    public const string ServersOnline = "{{ value_json.servers | selectattr('connection', 'eq', 'online') | list | length }}";

    /// <summary>Of <c>ssh/bridge/info</c>: the ids of these servers, at most 64 characters each.</summary>
    public const string ServerAttributes =
        "{%- set servers = value_json.servers -%}"
        + "{{ {'total': servers | length, 'startedAt': value_json.startedAt,"
        + " 'online': (servers | selectattr('connection', 'eq', 'online') | map(attribute='id') | list)[:100],"
        + " 'offline': (servers | rejectattr('connection', 'eq', 'online') | map(attribute='id') | list)[:100]} | to_json }}";

    /// <summary>Of <c>problem</c>: on if there is one.</summary>
    public const string Problem = "{{ 'ON' if value_json.problem else 'OFF' }}";

    /// <summary>Of <c>problem</c>: what failed, at most a hundred actions.</summary>
    public const string ProblemAttributes =
        "{{ {'command': value_json.command, 'actions': value_json.actions[:100]} | to_json }}";

    /// <summary>Of <c>ssh/bridge/info</c>: on if any server has a problem, or is offline because of one.</summary>
    public const string AnyProblem =
        "{{ 'ON' if value_json.servers | selectattr('problem') | list or value_json.servers | selectattr('reason') | list"
        + " else 'OFF' }}";

    /// <summary>Of <c>ssh/bridge/info</c>: these servers, at most a hundred of each kind.</summary>
    public const string AnyProblemAttributes =
        "{{ {'failed': (value_json.servers | selectattr('problem') | map(attribute='id') | list)[:100],"
        + " 'unreachable': (value_json.servers | selectattr('reason') | map(attribute='id') | list)[:100]} | to_json }}";

    /// <summary>Of <c>ssh/bridge/error</c>.</summary>
    public const string Error = "{{ value_json.message[:255] }}";

    /// <summary>Of <c>ssh/bridge/error</c>.</summary>
    public const string ErrorAttributes =
        "{{ {'reason': value_json.reason, 'message': value_json.message[:1000],"
        + " 'topic': (value_json.topic or '')[:255]} | to_json }}";

    /// <summary>Of <c>ssh/bridge/leader</c>: the instance, at most 64 characters.</summary>
    public const string Leader = "{{ value_json.instance }}";

    /// <summary>Of <c>ssh/bridge/leader</c>.</summary>
    public const string LeaderAttributes = "{{ {'epoch': value_json.epoch, 'since': value_json.since} | to_json }}";

    private static string Literal(string text) =>
        $"'{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";

    // Leaves the result's fields as JSON in cut.json.
    private static string Cut(string fields) =>
        "{%- set cut = namespace(json='') -%}"
        + "{%- set longest = [value_json.out | length, value_json.err | length, (value_json.command or '') | length,"
        + " (value_json.message or '') | length] | max -%}"
        + "{%- for n in [10000, 5000, 2500, 1000, 200] -%}"
        + "{%- set all = dict("
        + fields
        + ", out=value_json.out[:n], err=value_json.err[:n],"
        + " command=(value_json.command or '')[:n], message=(value_json.message or '')[:n],"
        + " truncated=value_json.truncated or longest > n) -%}"
        + "{%- if not cut.json and (all "
        + Fits
        + " -%}{%- set cut.json = all | to_json -%}{%- endif -%}{%- endfor -%}";
}
