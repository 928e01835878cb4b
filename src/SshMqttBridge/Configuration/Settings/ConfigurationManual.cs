using System.Globalization;
using System.Text;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// The manual page SshMqttBridge.yaml(5), from the tables of the settings: all sections with keys, types, defaults and
/// descriptions.
/// </summary>
internal static class ConfigurationManual
{
    private const string Introduction = """
        .\" Written by 'SshMqttBridge manual'. Do not edit.
        .TH SSHMQTTBRIDGE.YAML 5 "" SshMqttBridge "File Formats"
        .SH NAME
        SshMqttBridge.yaml \- configuration of SshMqttBridge
        .SH DESCRIPTION
        The configuration of
        .BR SshMqttBridge (1)
        is a YAML file, for example
        .IR /etc/sshmqttbridge/bridge.yaml .
        It needs a broker and one server; all other settings have a default.
        Unknown keys and invalid values are errors:
        .B SshMqttBridge check
        reports all of them, with their lines.
        .PP
        Relative names of files start from the directory of the configuration, and a leading ~ is the home directory.
        Times are in seconds.
        .PP
        Environment variables override the file. Their names are SSHMQTT and the path of the setting, with two underscores between the
        parts:
        .B SSHMQTT__MQTT__HOST
        is
        .B host
        in the section
        .BR mqtt ,
        .B SSHMQTT__SERVERS__NAS__PASSWORD
        the password of the server
        .BR nas .
        .PP
        An editor with a YAML language server completes and checks the file, if its first line names the JSON Schema, which
        .B SshMqttBridge schema
        prints:
        .PP
        .EX
        # yaml-language-server: $schema=/usr/share/sshmqttbridge/bridge.schema.json
        .EE

        """;

    private const string Conclusion = """
        .SH EXAMPLES
        .EX
        mqtt:
          host: broker.lan
          username: ssh-bridge
          passwordFile: mqtt-password
        servers:
          nas:
            host: 192.0.2.10
            user: admin
            privateKeyFile: id_ed25519
            actions:
              disk: {command: "df \-h /srv", schedule: 5m}
        .EE
        .SH SEE ALSO
        .BR SshMqttBridge (1),
        .BR ssh\-mqtt (1)

        """;

    /// <summary>The page, with a final newline.</summary>
    public static string Text()
    {
        var page = new StringBuilder(Introduction);
        Append(page, "", "TOP LEVEL", "", TopSettings.Table, []);
        return page.Append(Conclusion).ToString();
    }

    /// <summary>A section, and those within it.</summary>
    private static void Append(
        StringBuilder page,
        string path,
        string heading,
        string description,
        SettingTable table,
        HashSet<SettingTable> known
    )
    {
        known.Add(table);
        page.Append(CultureInfo.InvariantCulture, $".SH {heading}\n");
        if (description.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"{Line(description)}\n");
        }

        foreach (var setting in table.Settings)
        {
            Append(page, setting);
        }

        foreach (var (setting, inner, suffix) in Within(table).Where(section => !known.Contains(section.Table)))
        {
            var innerPath = (path.Length == 0 ? "" : path + ".") + setting.Name + suffix;
            Append(page, innerPath, Line($"THE SECTION {innerPath}"), setting.Description, inner, known);
        }
    }

    /// <summary>
    /// The sections within a section; those with names that the user chooses have a placeholder. The defaults have the settings
    /// of a server.
    /// </summary>
    private static IEnumerable<(Setting Setting, SettingTable Table, string Suffix)> Within(SettingTable table)
    {
        foreach (var setting in table.Settings)
        {
            if (setting is SectionSetting section && section != TopSettings.Defaults)
            {
                yield return (setting, section.Table, "");
            }
            else if (setting == TopSettings.Servers)
            {
                yield return (setting, ServerSettings.Table, ".ID");
            }
            else if (setting == ServerSettings.Actions)
            {
                yield return (setting, ActionSettings.Table, ".NAME");
            }
            else if (setting == ActionSettings.Parameters)
            {
                yield return (setting, ParameterSettings.Table, ".NAME");
            }
        }
    }

    /// <summary>The key, its type and default, and what it is.</summary>
    private static void Append(StringBuilder page, Setting setting)
    {
        var hasDefault = setting.DefaultText is not ("" or "none");
        var type = setting.TypeText == "section" ? "a section" : setting.TypeText;
        var value =
            setting.Missing is not null ? $"{type}; required"
            : hasDefault ? $"{type}; default: {setting.DefaultText}"
            : type;
        page.Append(CultureInfo.InvariantCulture, $".TP\n.BR {Escaped(setting.Name)} \" ({Quoted(Line(value))})\"\n");
        page.Append(CultureInfo.InvariantCulture, $"{Line(setting.Description)}\n");
    }

    /// <summary>Text with code in Markdown as a line of roff. A dot or an apostrophe at its start would begin a request.</summary>
    private static string Line(string markdown)
    {
        var parts = markdown.Split('`');
        var line = string.Concat(parts.Select((part, index) => index % 2 == 0 ? Escaped(part) : $@"\fB{Escaped(part)}\fR"));
        return line.StartsWith('.') || line.StartsWith('\'') ? @"\&" + line : line;
    }

    private static string Quoted(string line) => line.Replace("\"", "\\(dq", StringComparison.Ordinal);

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var character in text)
        {
            escaped.Append(
                character switch
                {
                    '\\' => @"\e",
                    '-' => @"\-",
                    '~' => @"\(ti",
                    '^' => @"\(ha",
                    '\'' => @"\(aq",
                    '…' => "...",
                    '–' => @"\(en",
                    _ => character.ToString(),
                }
            );
        }

        return escaped.ToString();
    }
}
