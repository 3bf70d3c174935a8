{{- define "holdfast.name" -}}
{{- ternary .Release.Name (printf "%s-holdfast" .Release.Name) (contains "holdfast" .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* A tag of an image as part of a name: what names do not take is a dash. */}}
{{- define "holdfast.slug" -}}
{{- . | lower | replace "." "-" | replace "_" "-" | replace "+" "-" | trunc 20 | trimSuffix "-" -}}
{{- end -}}

{{- define "holdfast.selector" -}}
app.kubernetes.io/name: holdfast
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "holdfast.labels" -}}
{{ include "holdfast.selector" . }}
app.kubernetes.io/version: {{ .tag | default .root.Values.image.tag | default .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}
