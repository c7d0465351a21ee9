/** The shapes that the sandbox sends. Global, so that JSDoc can name them without importing. */

declare const AdaptiveCards: typeof import("adaptivecards");

/** Somebody who can speak here: a line of GET /control/tokens. */
interface Speaker {
    token: string;
    personId: string;
    email: string;
    displayName: string;
    roles: string[];
    managerId: string | null;
}

interface CompanyPerson {
    id: string;
    email: string;
    displayName: string;
    type: string;
    status: string;
    loginEnabled: string;
    managerId: string | null;
    department: string;
    roles: string[];
    licenses: string[];
    pendingLicenses: string[];
    gone?: boolean;
}

interface CompanyLicense {
    id: string;
    name: string;
    totalUnits: number;
    consumedUnits: number;
    siteUrl?: string;
    gone?: boolean;
}

interface ChatMessage {
    id: string;
    roomId: string;
    roomType: "direct" | "group";
    personId: string;
    personEmail: string;
    created: string;
    updated?: string;
    text?: string;
    markdown?: string;
    parentId?: string;
    files?: string[];
    mentionedPeople?: string[];
    mentionedGroups?: string[];
    attachments?: { contentType: string; content: Record<string, unknown> }[];
    errors?: { attachments?: { reason: string; attachmentErrors: string[] } };
}

interface Room {
    id: string;
    title: string;
    type: "direct" | "group";
    lastActivity: string;
}

interface Member {
    roomId: string;
    roomType: "direct" | "group";
    personId: string;
    personEmail: string;
    personDisplayName: string;
}

interface MessageNews {
    event: "created" | "updated" | "deleted";
    message: ChatMessage;
    members: string[];
}

interface PressNews {
    id: string;
    messageId: string;
    personId: string;
    roomId: string;
    inputs: Record<string, string | number | boolean>;
    created: string;
}

interface MembershipNews {
    event: "created" | "updated" | "deleted";
    membership: Member;
}

interface CallNews {
    method: string;
    path: string;
    query: string;
    status: number;
    actor: string | null;
    at: string;
    request: unknown;
    response: unknown;
    trackingId: string;
    retryAfter: string | null;
    weather: string[];
}

interface DeliveryNews {
    event: string;
    status: number | null;
    url: string;
    signed: boolean;
    body: unknown;
}

type WeatherOrder = Record<string, unknown>;

interface RoomNews {
    event: string;
    room: Room;
    members: string[];
}

/** What arrives at GET /control/events, by kind. */
interface NewsKinds {
    message: MessageNews;
    press: PressNews;
    membership: MembershipNews;
    room: RoomNews;
    person: CompanyPerson;
    license: CompanyLicense;
    call: CallNews;
    delivery: DeliveryNews;
    weather: { items: WeatherOrder[] };
    clock: { now: string; offset: number };
    reset: object;
    reload: object;
    hello: object;
}
