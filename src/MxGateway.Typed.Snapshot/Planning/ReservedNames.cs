namespace MxGateway.Typed.Snapshot.Planning;

/// <summary>
/// Names that a Galaxy's names must not take from what generated classes inherit.
/// The runtime keeps these lists as they are (what comes later is extension methods),
/// so that a new release never renames a tag's member; a test compares them with the runtime.
/// </summary>
internal static class ReservedNames
{
    /// <summary>Members of every class.</summary>
    public static readonly string[] OfAnything = ["Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

    /// <summary>
    /// Members of the records of values, which have the same members as the classes:
    /// inherited ones, those that C# gives every record, and <c>Clone</c>, which it forbids.
    /// </summary>
    public static readonly string[] OfValues =
    [
        .. OfAnything, "Clone", "EqualityContract", "OldestTimestamp", "PrintMembers", "TimeSkew", "WorstQuality", "op_Equality", "op_Inequality",
    ];

    /// <summary>Members of what has attributes below it.</summary>
    public static readonly string[] OfNodes = [.. OfValues, "Attribute", "Differs", "ReadAllAsync", "SlotCount"];

    /// <summary>Members of objects.</summary>
    public static readonly string[] OfObjects = [.. OfNodes, "Child", "TagName"];

    /// <summary>
    /// Members of attributes, of any access; a group keeps to the same list, as it may become an attribute one day. PropertyChanged is for data binding.
    /// </summary>
    public static readonly string[] OfAttributes =
    [
        .. OfNodes, "AdviseAsync", "Latest", "PropertyChanged", "ReadAsync", "Reference", "Sample", "Subscribe", "Value", "WriteAsync",
    ];

    /// <summary>Members of plants, and of what is emitted into their class.</summary>
    public static readonly string[] OfPlants =
    [
        .. OfAnything, "All", "ClassOf", "ConnectAsync", "Connection", "CreateObject", "DisposeAsync", "Find", "Item", "Object", "s_table",
    ];

    /// <summary>
    /// Types of the runtime: a user who writes <c>using MxGateway.Typed</c> beside the plant's namespace must not find a name twice.
    /// (Emitted code would not mind: it names them by an alias.)
    /// And the namespace of the objects' own classes, the alias, and what classes declare over their base.
    /// </summary>
    public static readonly string[] Types =
    [
        ObjectsNamespace, "Mx", "Differs", "ReadAllAsync", "SlotCount",
        "GalaxyRepositoryClient", "IMxNode", "IMxReadable", "IMxValues", "MxAccessException", "MxAdviseOptions", "MxApiKey", "MxAttributeGroup",
        "MxAttributeValues",
        "MxAuthorizationException", "MxConnectionException", "MxConnectionState", "MxCredentials", "MxDataType", "MxGalaxy", "MxGalaxyException",
        "MxDeployEvent", "MxGalaxyAttribute", "MxGalaxyChild", "MxGalaxyObject", "MxHierarchyFilter",
        "MxMismatch", "MxVerification", "MxVerifiedMember", "MxVerifyProgress", "MxVerifyReport", "MxVerifyScope",
        "MxGalaxyRows", "MxGalaxyTable", "MxGatewayConnection", "MxGatewayException", "MxGatewayOptions", "MxNode", "MxNodeContext", "MxObject",
        "MxProtocolException", "MxQualifiedEnum", "MxQuality", "MxQualityLimit", "MxQualitySubStatus", "MxReading", "MxSample", "MxSecurityClassification",
        "MxStaleHierarchyException", "MxStatus", "MxStatusCategory", "MxStatusSource", "MxTag", "MxTagExtensions", "MxTagSample", "MxTagSetExtensions", "MxValues", "MxVariant",
        "MxVariantKind", "MxWriteRejectedException", "MxWriteUnknownException",
        "MxBufferedDataChange", "MxBufferedSample", "MxBulkItem", "MxBulkReadResult", "MxBulkWrite", "MxBulkWrite2", "MxBulkWriteResult",
        "MxBulkWriteSecured", "MxBulkWriteSecured2", "MxDataChange", "MxEventStream", "MxGatewayClient", "MxOperationComplete", "MxOtherEvent",
        "MxProtocolFault", "MxReplayGap", "MxSession", "MxSessionEvent", "MxSessionState", "MxUserId", "MxWriteComplete",
        "IMxSecuredWritable", "IMxVerifiedWritable", "IMxWritable", "MxArrayExtensions", "MxWrite", "MxWriteExtensions", "MxWriteOptions", "MxWriteOutcome",
        "MxWriteResult", "MxWriteSupersededException",
        .. from access in new[] { "ReadOnly", "", "Secured", "Verified" } from kind in new[] { "", "String", "Array" } select $"Mx{access}{kind}Attribute",
    ];

    /// <summary>The namespace, below the plant's, of the classes of objects that differ from their templates.</summary>
    public const string ObjectsNamespace = "Objects";
}
