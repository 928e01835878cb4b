using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>binarySensor</c> of an action.</summary>
internal static class BinarySensorReader
{
    /// <summary>Returns the binary sensor as far as it is valid, or null if there is none; the rest are faults.</summary>
    public static ActionBinarySensor? Read(SectionReader action)
    {
        if (!action.Has(ActionSettings.BinarySensor))
        {
            return null;
        }

        var section = action.Section(ActionSettings.BinarySensor);
        return new ActionBinarySensor
        {
            DeviceClass = section.Read(BinarySensorSettings.DeviceClass),
            Invert = section.Read(BinarySensorSettings.Invert),
        };
    }
}
